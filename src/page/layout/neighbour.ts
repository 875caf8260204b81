import type { Box } from './layout.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Which of `boxes` is next to the one at `from` in a direction: the nearest one that lies that way. Undefined: none does. */
export function neighbour(boxes: readonly Box[], from: number, direction: Direction): number | undefined {
  const here = boxes[from];
  if (here === undefined) return undefined;
  const distances = boxes.map((box) => distance(here, box, direction));
  const nearest = Math.min(...distances);
  return Number.isFinite(nearest) ? distances.indexOf(nearest) : undefined;
}

/** From middle to middle, with what is aside counting double; infinite for what does not lie that way. */
function distance(here: Box, there: Box, direction: Direction): number {
  const right = there.x + there.width / 2 - (here.x + here.width / 2);
  const down = there.y + there.height / 2 - (here.y + here.height / 2);
  const [ahead, aside] = {
    left: [-right, down] as const,
    right: [right, down] as const,
    up: [-down, right] as const,
    down: [down, right] as const,
  }[direction];
  return ahead > 1 ? ahead + 2 * Math.abs(aside) : Infinity;
}
