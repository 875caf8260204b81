import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** Reads an option that is some whole numbers within bounds, `2,8,40`. */
export function sizes(least: number, most: number): (text: string) => readonly number[] {
  return (text) => text.split(',').map(wholeNumber(least, most));
}
