import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** Nothing above `silence` (of full scale) for so long, in ms: say so. */
const patienceMs = 5_000;
const silence = 0.004;

/** How loud the microphone is at this moment, and a word when it stays silent. */
export function Level({ track }: { track: MediaStreamTrack }): JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  const silent = useSignal(false);
  useEffect(() => {
    let heardMs = performance.now();
    silent.value = false;
    return listen(track, (loudness) => {
      if (loudness > silence) heardMs = performance.now();
      silent.value = performance.now() - heardMs > patienceMs;
      bar.current?.style.setProperty('transform', `scaleX(${Math.min(1, Math.sqrt(loudness) * 1.6).toFixed(3)})`);
    });
  }, [track, silent]);
  return (
    <div class="level">
      <div class="level-track" aria-hidden="true">
        <div class="level-bar" ref={bar} />
      </div>
      <p class="level-silent" role="status">
        {silent.value ? `We hear nothing from “${track.label}”. Is it muted? Or choose another microphone.` : ''}
      </p>
    </div>
  );
}

/** Tells the loudness (root mean square, 0 to 1) of each drawn frame, until the answer is called. */
function listen(track: MediaStreamTrack, tell: (loudness: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const measure = (): void => {
    analyser.getFloatTimeDomainData(samples);
    tell(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
    frame = requestAnimationFrame(measure);
  };
  measure();
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}
