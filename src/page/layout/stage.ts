import { grid, isUpright, rulesFor, type Box, type Size } from './layout.ts';

/** Part of the width that what is on the stage has at least, beside a strip of tiles. */
const stageWidth = 0.75;
/** Part of the height that it has on an upright phone, above the tiles. */
const uprightStageHeight = 0.55;
/** Part of the height that the strip has below it in an area that is neither. */
const stripHeight = 0.2;
/** From this ratio of width to height on the strip stands beside the stage. */
const besideFrom = 1.5;
/** Most tiles of a strip, and the least height that one needs, in CSS pixels. */
const mostTiles = 5;
const leastHeight = 84;
const gap = 8;
const aspect = { least: 4 / 3, most: 16 / 9 };

export interface StageLayout {
  readonly stage: Box;
  /** One for each tile of the strip, in order. */
  readonly strip: readonly Box[];
}

/** How many tiles fit beside or below what is on the stage: 5 at most. */
export function stripSize(area: Size): number {
  if (!isBeside(area)) return mostTiles;
  return Math.max(1, Math.min(mostTiles, Math.floor((area.height + gap) / (leastHeight + gap))));
}

/** One large thing, and a strip of `count` tiles: beside it in a wide area, else below it. */
export function stageLayout(area: Size, count: number): StageLayout {
  if (area.width <= 0 || area.height <= 0) return { stage: { x: 0, y: 0, width: 0, height: 0 }, strip: [] };
  if (count === 0) return { stage: { x: 0, y: 0, ...area }, strip: [] };
  if (isUpright(area)) return above(area, count);
  return isBeside(area) ? beside(area, count) : over(area, count);
}

function isBeside(area: Size): boolean {
  return !isUpright(area) && area.width / area.height > besideFrom;
}

function above(area: Size, count: number): StageLayout {
  const height = Math.round(area.height * uprightStageHeight);
  const below = { width: area.width, height: area.height - height - gap };
  const { boxes } = grid(below, count, { ...rulesFor(area), columns: () => ({ least: 1, most: 3 }), leastWidth: 0 });
  return {
    stage: { x: 0, y: 0, width: area.width, height },
    strip: boxes.map((box) => ({ ...box, y: box.y + height + gap })),
  };
}

function beside(area: Size, count: number): StageLayout {
  const most = area.width * (1 - stageWidth) - gap;
  const height = Math.min((area.height - gap * (count - 1)) / count, most / aspect.least);
  const width = Math.min(most, height * aspect.most);
  const tile = { width, height: Math.min(height, width / aspect.least) };
  const top = (area.height - count * tile.height - gap * (count - 1)) / 2;
  return {
    stage: { x: 0, y: 0, width: area.width - width - gap, height: area.height },
    strip: Array.from({ length: count }, (_, index) => ({
      x: area.width - width,
      y: top + index * (tile.height + gap),
      ...tile,
    })),
  };
}

function over(area: Size, count: number): StageLayout {
  const height = Math.round(area.height * stripHeight);
  const width = Math.min((area.width - gap * (count - 1)) / count, height * aspect.most);
  const left = (area.width - count * width - gap * (count - 1)) / 2;
  return {
    stage: { x: 0, y: 0, width: area.width, height: area.height - height - gap },
    strip: Array.from({ length: count }, (_, index) => ({
      x: left + index * (width + gap),
      y: area.height - height,
      width,
      height,
    })),
  };
}
