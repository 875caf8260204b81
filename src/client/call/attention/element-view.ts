/** How much of a video can be seen in one element. */
export interface ElementView extends Disposable {
  /** Height of the picture on the screen, in its own pixels; undefined while it cannot be seen. */
  lines(): number | undefined;
}

/** Follows `element`, and calls `onChange` whenever the answer may be another. */
export type ViewElement = (element: HTMLVideoElement, onChange: () => void) => ElementView;

/** Of a picture that has not come yet, width to height. */
const usualAspect = 16 / 9;

/**
 * By the browser's observers of size and of what is scrolled into view, and by whether the page is looked at at all. A page
 * that is hidden shows nothing, but a picture in a picture that has left it.
 */
export const viewElement: ViewElement = (element, onChange) => {
  const { ownerDocument } = element;
  const stopping = new AbortController();
  const { signal } = stopping;
  let inView = true;
  let floating: PictureInPictureWindow | undefined;
  const sizes = new ResizeObserver(onChange);
  const views = new IntersectionObserver((entries) => {
    inView = entries.at(-1)?.isIntersecting ?? inView;
    onChange();
  });
  sizes.observe(element);
  views.observe(element);
  element.addEventListener('resize', onChange, { signal }); // the picture has another shape
  element.addEventListener(
    'enterpictureinpicture',
    ({ pictureInPictureWindow }) => {
      floating = pictureInPictureWindow;
      floating.addEventListener('resize', onChange, { signal });
      onChange();
    },
    { signal },
  );
  element.addEventListener(
    'leavepictureinpicture',
    () => {
      floating = undefined;
      onChange();
    },
    { signal },
  );
  ownerDocument.addEventListener('visibilitychange', onChange, { signal });
  ownerDocument.defaultView?.addEventListener('resize', onChange, { signal }); // also: another zoom, another screen
  return {
    lines: () => {
      const scale = ownerDocument.defaultView?.devicePixelRatio ?? 1;
      if (floating !== undefined) return floating.height * scale;
      if (!inView || !element.isConnected || ownerDocument.visibilityState === 'hidden') return undefined;
      const { width, height } = element.getBoundingClientRect();
      if (width === 0 || height === 0) return undefined;
      const byWidth = width / (element.videoWidth === 0 ? usualAspect : element.videoWidth / element.videoHeight);
      const covers = getComputedStyle(element).objectFit === 'cover';
      return (covers ? Math.max(height, byWidth) : Math.min(height, byWidth)) * scale;
    },
    [Symbol.dispose]: () => {
      stopping.abort();
      sizes.disconnect();
      views.disconnect();
    },
  };
};
