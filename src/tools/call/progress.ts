/** Between two lines that say how far it is, where they are not written over, in seconds. */
const betweenLinesS = 10;
/** Of the bar, in characters. */
const barWidth = 30;

/** What is shown of it: process.stderr is one. */
interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Says what is being done: a line for each step, and while time passes a bar, or on what is no terminal a line now and then. */
export class Progress {
  readonly #screen: Screen;
  #bar = '';
  #saidS = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** A line of its own. */
  say(line: string): void {
    this.#screen.write(`${this.#cleared()}${line}\n${this.#bar}`);
  }

  /** How much of all is over. At the end the bar goes. */
  passed(seconds: number, all: number): void {
    const words = `${Math.floor(seconds)} of ${all} s`;
    if (this.#screen.isTTY !== true) {
      if (seconds - this.#saidS < betweenLinesS) return;
      this.#saidS = seconds;
      this.say(words);
      return;
    }
    const clear = this.#cleared();
    const done = Math.min(barWidth, Math.round((seconds / all) * barWidth));
    this.#bar = seconds < all ? `${'█'.repeat(done)}${'░'.repeat(barWidth - done)} ${words}` : '';
    this.#screen.write(`${clear}${this.#bar}`);
  }

  /** The bar, if there is one, goes for good. */
  end(): void {
    this.#screen.write(this.#cleared());
    this.#bar = '';
  }

  /** Back to the beginning of an empty line (ECMA-48 EL). */
  #cleared(): string {
    return this.#bar === '' ? '' : '\r\u001b[2K';
  }
}
