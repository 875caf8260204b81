/** A stretch of time, in ms from the start of the measuring. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export function lengthMs({ fromMs, toMs }: Stretch): number {
  return toMs - fromMs;
}

/** Where all of `sets` have a stretch. */
export function common(...[first = [], ...sets]: readonly (readonly Stretch[])[]): Stretch[] {
  return sets.reduce<Stretch[]>(
    (rest, set) =>
      rest.flatMap((a) =>
        set.flatMap((b) => {
          const both = { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) };
          return both.toMs > both.fromMs ? [both] : [];
        }),
      ),
    [...first],
  );
}

/** What is left of `stretches` without `holes`. */
export function without(stretches: readonly Stretch[], holes: readonly Stretch[]): Stretch[] {
  return holes.reduce<readonly Stretch[]>(
    (rest, hole) =>
      rest.flatMap((stretch) =>
        [
          { fromMs: stretch.fromMs, toMs: Math.min(stretch.toMs, hole.fromMs) },
          { fromMs: Math.max(stretch.fromMs, hole.toMs), toMs: stretch.toMs },
        ].filter((part) => part.toMs > part.fromMs),
      ),
    stretches,
  ) as Stretch[];
}

/** How long nothing `happened` at most in one of `stretches`, as far as the looks at `points` prove it, in ms. */
export function longestWithout<P extends { readonly atMs: number }>(
  points: readonly P[],
  stretches: readonly Stretch[],
  happened: (point: P) => boolean,
): number {
  let longestMs = 0;
  for (const { fromMs, toMs } of stretches) {
    let lastMs = fromMs;
    for (const point of points) {
      if (point.atMs <= fromMs || point.atMs > toMs) continue;
      if (happened(point)) lastMs = point.atMs;
      else longestMs = Math.max(longestMs, point.atMs - lastMs);
    }
  }
  return longestMs;
}
