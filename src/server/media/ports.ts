/** The ports that calls may take, each for one call at a time. */
export class Ports {
  readonly #free: number[];

  /** All ports from `first` to `last`, both included. */
  constructor(first: number, last: number) {
    this.#free = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  /** The port that has been free longest, so that late packets of a call that ended meet nobody. */
  take(): number | undefined {
    return this.#free.shift();
  }

  giveBack(port: number): void {
    this.#free.push(port);
  }
}
