import type { ElementView, ViewElement } from './attention/element-view.ts';

/** Which elements show which video, across re-subscriptions: an element stays with its video until it is taken off. */
export class VideoElements {
  readonly #view: ViewElement;
  readonly #onChange: () => void;
  readonly #elements = new Map<string, Map<HTMLVideoElement, ElementView>>();
  #tracks: ReadonlyMap<string, MediaStreamTrack> = new Map();

  /** `view` looks at an element; `onChange` is told when a video may be seen more or less. */
  constructor(view: ViewElement, onChange: () => void) {
    this.#view = view;
    this.#onChange = onChange;
  }

  /** Shows the video of this name in `element` from now on, whenever there is one. Disposing empties the element. */
  attach(name: string, element: HTMLVideoElement): Disposable {
    const elements = this.#elements.get(name) ?? new Map<HTMLVideoElement, ElementView>();
    this.#elements.set(name, elements);
    elements.get(element)?.[Symbol.dispose]();
    const view = this.#view(element, this.#onChange);
    elements.set(element, view);
    show(element, this.#tracks.get(name));
    this.#onChange();
    return {
      [Symbol.dispose]: () => {
        view[Symbol.dispose]();
        if (elements.get(element) !== view) return;
        elements.delete(element);
        if (elements.size === 0) this.#elements.delete(name);
        if (shownIn(element) === this.#tracks.get(name)) show(element, undefined); // else it shows another video by now
        this.#onChange();
      },
    };
  }

  /** Height on the screen, in its pixels, of the video of this name where it is largest; undefined: it is nowhere to be seen. */
  linesOf(name: string): number | undefined {
    const lines = [...(this.#elements.get(name)?.values() ?? [])].flatMap((view) => view.lines() ?? []);
    return lines.length === 0 ? undefined : Math.max(...lines);
  }

  /** The videos that there are now, by name. */
  update(tracks: ReadonlyMap<string, MediaStreamTrack>): void {
    this.#tracks = tracks;
    for (const [name, elements] of this.#elements)
      for (const element of elements.keys()) show(element, tracks.get(name));
  }
}

function shownIn(element: HTMLVideoElement): MediaStreamTrack | undefined {
  return element.srcObject instanceof MediaStream ? element.srcObject.getTracks()[0] : undefined;
}

function show(element: HTMLVideoElement, track: MediaStreamTrack | undefined): void {
  if (shownIn(element) === track) return;
  element.srcObject = track === undefined ? null : new MediaStream([track]);
  if (track !== undefined) element.play().catch(() => undefined); // replaced or taken off before it began
}
