import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RemoteVideo as Video } from '../../client/index.ts';
import { fit } from '../layout/fit.ts';
import type { Size } from '../layout/layout.ts';

interface RemoteVideoProps {
  readonly video: Video;
  /** Undefined: the whole picture is shown, whatever its shape. */
  readonly tile?: Size;
  /** False until something could be decrypted. It has its place all the same: that is how the SDK knows how much to receive. */
  readonly shown: boolean;
}

/** Somebody's camera or screen. The SDK keeps the element supplied, and asks for as much as its place can show. */
export function RemoteVideo({ video, tile, shown }: RemoteVideoProps): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  const picture = useSignal<Size>({ width: 0, height: 0 });
  // The attachment outlives changes of state: it is for the person's camera or screen, whatever snapshot it came from.
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
      class={`video ${tile === undefined ? 'contain' : fit(picture.value, tile)}${shown ? '' : ' unseen'}`}
      muted
      autoPlay
      playsInline
      aria-hidden="true"
      onLoadedMetadata={measure}
      onResize={measure}
    />
  );
}
