/** A size in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a tile goes, in CSS pixels from the top left of the area. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  /** One for each tile, in order. */
  readonly boxes: readonly Box[];
  /** Height of everything; more than the area's: it scrolls. */
  readonly contentHeight: number;
}

/** What differs between a phone held upright and everything else. */
export interface Rules {
  readonly gap: number;
  /** Tiles are never narrower or wider than this, as width by height. */
  readonly aspect: { readonly least: number; readonly most: number };
  /** How many columns so many tiles may have. */
  readonly columns: (count: number) => { readonly least: number; readonly most: number };
  /** Below this width a tile says nothing any more: rather scroll. */
  readonly leastWidth: number;
}

const upright: Rules = {
  gap: 6,
  aspect: { least: 2 / 3, most: 16 / 9 },
  columns: (count) => (count > 3 ? { least: 2, most: 2 } : { least: 1, most: 1 }),
  leastWidth: 150,
};
const wide: Rules = {
  gap: 10,
  aspect: { least: 4 / 3, most: 16 / 9 },
  columns: (count) => ({ least: 1, most: count }),
  leastWidth: 200,
};

/** Up to this width an area that is higher than wide is a phone's. */
const phoneWidth = 600;
/** Up to this height an area is that of a phone held across. */
const phoneHeight = 360;

/**
 * Where `count` tiles go in `area`, oneself being the last of them. One fills it; of two, the other fills it and oneself
 * floats in its corner; three and more make the grid with the largest tiles, its last row centred. A grid whose tiles
 * would get too small scrolls.
 */
export function layout(area: Size, count: number): Layout {
  if (count <= 0 || area.width <= 0 || area.height <= 0) return { boxes: [], contentHeight: 0 };
  const whole = { x: 0, y: 0, ...area };
  if (count === 1) return { boxes: [whole], contentHeight: area.height };
  if (count === 2) return { boxes: [whole, corner(area)], contentHeight: area.height };
  return grid(area, count, rulesFor(area));
}

/** Whether the area is a phone's, held upright. */
export function isUpright({ width, height }: Size): boolean {
  return width < phoneWidth && height > width;
}

/** Whether the area is a phone's, upright or across. */
export function isPhone(area: Size): boolean {
  return isUpright(area) || area.height < phoneHeight;
}

export function rulesFor(area: Size): Rules {
  return isUpright(area) ? upright : wide;
}

/** The self view of a call of two: 22 % of the width, within bounds, in the lower right corner. */
function corner(area: Size): Box {
  const margin = area.width < phoneWidth ? 12 : 20;
  const isUpright = area.height > area.width;
  const width = Math.min(280, Math.max(104, Math.round(area.width * 0.22)));
  const height = Math.round(width / (isUpright ? 3 / 4 : 16 / 10));
  return { x: area.width - width - margin, y: area.height - height - margin, width, height };
}

/** The `count` tiles that are largest under the rules, centred. */
export function grid(area: Size, count: number, rules: Rules): Layout {
  const { least, most } = rules.columns(count);
  const columnCounts = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  const sized = columnCounts.map((columns) => ({ columns, tile: tileFor(area, count, columns, rules) }));
  const best = sized.reduce((a, b) => (surface(b.tile) > surface(a.tile) ? b : a));
  return best.tile.width >= rules.leastWidth
    ? place(area, count, best.columns, best.tile, rules.gap)
    : scrolling(area, count, rules);
}

/** The largest tile that lets `count` of them fit the area in so many columns. */
function tileFor(area: Size, count: number, columns: number, { gap, aspect }: Rules): Size {
  const rows = Math.ceil(count / columns);
  const width = (area.width - gap * (columns - 1)) / columns;
  const height = (area.height - gap * (rows - 1)) / rows;
  if (width / height > aspect.most) return { width: height * aspect.most, height };
  if (width / height < aspect.least) return { width, height: width / aspect.least };
  return { width, height };
}

/** As many columns of readable tiles as fit the width, and as many rows as it takes. */
function scrolling(area: Size, count: number, { gap, leastWidth, columns: bounds }: Rules): Layout {
  const fitting = Math.max(1, Math.floor((area.width + gap) / (leastWidth + gap)));
  const columns = Math.min(bounds(count).most, fitting);
  const width = (area.width - gap * (columns - 1)) / columns;
  return place(area, count, columns, { width, height: width / (4 / 3) }, gap);
}

/** Rows of tiles, each row centred, and all of them centred in the area when there is room left. */
function place(area: Size, count: number, columns: number, tile: Size, gap: number): Layout {
  const rows = Math.ceil(count / columns);
  const usedHeight = rows * tile.height + (rows - 1) * gap;
  const top = Math.max(0, (area.height - usedHeight) / 2);
  const boxes = Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = (area.width - inRow * tile.width - (inRow - 1) * gap) / 2;
    return {
      x: left + (index - row * columns) * (tile.width + gap),
      y: top + row * (tile.height + gap),
      ...tile,
    };
  });
  return { boxes, contentHeight: Math.max(area.height, usedHeight) };
}

function surface({ width, height }: Size): number {
  return width * height;
}
