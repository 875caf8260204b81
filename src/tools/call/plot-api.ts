import type { PlottedCall } from './outcome/plotted-call.ts';
import type { ShownCall } from './outcome/shown-call.ts';

/** What the plot page (src/tools/participant/plot.html) offers, as `globalThis.sottoPlot`. */
export interface Plotter {
  /** An SVG document. */
  overTime(call: PlottedCall): string;
  /** An HTML document that needs nothing else; `overTime`: the SVG document to show in it. */
  report(call: ShownCall, overTime: string): string;
}
