import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** One's own camera, mirrored as people know themselves. */
export function OwnVideo({ track }: { track: MediaStreamTrack }): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (video !== null) video.srcObject = new MediaStream([track]);
    return () => {
      if (video !== null) video.srcObject = null;
    };
  }, [track]);
  return <video ref={element} class="video mirrored" muted autoPlay playsInline aria-hidden="true" />;
}
