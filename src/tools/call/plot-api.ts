import type { ShownCall } from './outcome/shown-call.ts';
import type { Stretch } from './spans.ts';

/** What the plot page (src/tools/participant/plot.html) offers, as `globalThis.sottoPlot`. */
export interface Plotter {
  /** An SVG document. */
  overTime(call: PlottedCall): string;
  /** An HTML document that needs nothing else; `overTime`: the SVG document to show in it. */
  report(call: ShownCall, overTime: string): string;
}

/** Videos of a call, and what disturbed them. */
export interface PlottedCall {
  readonly title: string;
  readonly seconds: number;
  readonly points: readonly PlottedPoint[];
  /** When nothing passed, by receiver. */
  readonly cuts: readonly ({ readonly to: number } & Stretch)[];
}

/** One video (`from`: participant and source) at one time in seconds. Bitrate in kbit/s. */
interface PlottedPoint {
  readonly from: string;
  readonly to: number;
  readonly at: number;
  readonly height: number;
  readonly bitrate: number;
  readonly framesPerSecond: number;
}
