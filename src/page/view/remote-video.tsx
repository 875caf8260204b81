import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RemoteVideo as Video } from '../../client/index.ts';
import { fit } from '../layout/fit.ts';
import type { Size } from '../layout/layout.ts';

/**
 * Somebody's camera. The SDK keeps the element supplied; `shown` is false until something could be decrypted. It has its place all
 * the same: that is how the SDK knows how much to receive.
 */
export function RemoteVideo({ video, tile, shown }: { video: Video; tile: Size; shown: boolean }): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  const picture = useSignal<Size>({ width: 0, height: 0 });
  // The attachment outlives changes of state: it is for the person's camera, whatever snapshot it came from.
  const first = useRef(video);
  useEffect(() => {
    if (element.current === null) return;
    const attached = first.current.attach(element.current);
    return () => {
      attached[Symbol.dispose]();
    };
  }, []);
  const measure = (): void => {
    const { videoWidth = 0, videoHeight = 0 } = element.current ?? {};
    picture.value = { width: videoWidth, height: videoHeight };
  };
  return (
    <video
      ref={element}
      class={`video ${fit(picture.value, tile)}`}
      style={{ visibility: shown ? 'visible' : 'hidden' }}
      muted
      autoPlay
      playsInline
      aria-hidden="true"
      onLoadedMetadata={measure}
      onResize={measure}
    />
  );
}
