import type { StreamReport } from '../report.ts';

/** What one participant decoded of another; each part null when nothing of it ever came. */
export interface Cell {
  readonly from: number;
  readonly to: number;
  readonly camera: Picture | null;
  readonly screen: Picture | null;
  readonly sound: { readonly heardSeconds: number; readonly concealedShare: number } | null;
  /** Frames of all of it that did not open, and that came twice. */
  readonly undecryptable: number;
  readonly replayed: number;
}

interface Picture {
  readonly framesPerSecond: number;
  /** Of the last picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly freezes: number;
  readonly freezeSeconds: number;
}

/** Who decoded whom: a row for each receiver, a column for each sender; null for oneself. */
export function matrixOf(streams: readonly StreamReport[], participants: number): (Cell | null)[][] {
  const numbers = Array.from({ length: participants }, (_, index) => index + 1);
  return numbers.map((to) =>
    numbers.map((from) => {
      if (from === to) return null;
      const both = streams.filter((stream) => stream.from === from && stream.to === to);
      const of = (source: string): StreamReport | undefined => both.find((stream) => stream.source === source);
      const sound = of('microphone');
      return {
        from,
        to,
        camera: pictureOf(of('camera')),
        screen: pictureOf(of('screen')),
        sound:
          sound === undefined || sound.totalAudioEnergy === 0
            ? null
            : { heardSeconds: sound.heardSeconds, concealedShare: sound.concealedShare },
        undecryptable: both.reduce((sum, stream) => sum + stream.undecryptable, 0),
        replayed: both.reduce((sum, stream) => sum + stream.replayed, 0),
      };
    }),
  );
}

function pictureOf(stream: StreamReport | undefined): Picture | null {
  if (stream === undefined || stream.framesDecoded === 0) return null;
  const { framesPerSecond, frameWidth: width, frameHeight: height, freezes, freezeSeconds } = stream;
  return { framesPerSecond, width, height, freezes, freezeSeconds };
}
