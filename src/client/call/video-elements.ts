/** Which elements show which video, across re-subscriptions: an element stays with its video until it is taken off. */
export class VideoElements {
  readonly #elements = new Map<string, Set<HTMLVideoElement>>();
  #tracks: ReadonlyMap<string, MediaStreamTrack> = new Map();

  /** Shows the video of this name in `element` from now on, whenever there is one. Disposing empties the element. */
  attach(name: string, element: HTMLVideoElement): Disposable {
    const elements = this.#elements.get(name) ?? new Set();
    this.#elements.set(name, elements);
    elements.add(element);
    show(element, this.#tracks.get(name));
    return {
      [Symbol.dispose]: () => {
        if (!elements.delete(element)) return;
        if (elements.size === 0) this.#elements.delete(name);
        if (shownIn(element) === this.#tracks.get(name)) show(element, undefined); // else it shows another video by now
      },
    };
  }

  /** The videos that there are now, by name. */
  update(tracks: ReadonlyMap<string, MediaStreamTrack>): void {
    this.#tracks = tracks;
    for (const [name, elements] of this.#elements) for (const element of elements) show(element, tracks.get(name));
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
