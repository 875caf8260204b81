import { isUpright, type Size } from './layout.ts';

/** Up to so many people an upright phone shows everybody at once, and scrolls. */
const scrollsUpTo = 9;
/** Tiles on one page of an upright phone, of everything else, and of a wide area. */
const pageSizes = { upright: 6, usual: 16, wide: 25 } as const;
/** Cameras that are on one page of the grid at most. */
export const maxCameras: number = pageSizes.wide;
/** From this width on an area is wide, in CSS pixels. */
const wideFrom = 1600;
/** The least that a tile takes of an area, gap included, in CSS pixels. */
const leastTile = { width: 210, height: 150 } as const;
/** With more people than this in the call, those without a picture share one tile. */
const everybodyUpTo = 25;

/** Somebody in the order of their tiles. */
export interface Seat {
  readonly id: string;
  readonly hasPicture: boolean;
}

/** One page of the grid. */
export interface GridPage {
  /** Whose tiles these are, in order. */
  readonly ids: readonly string[];
  /** Those without a picture who share one tile. */
  readonly listening: readonly string[];
  /** Counted from 0, within what there is. */
  readonly page: number;
  readonly pages: number;
}

/** How many tiles a page of the grid has, everything included, when so many are to be shown. */
function pageSize(area: Size, tiles: number): number {
  if (isUpright(area)) return tiles > scrollsUpTo ? pageSizes.upright : scrollsUpTo;
  const fitting = Math.floor(area.width / leastTile.width) * Math.floor(area.height / leastTile.height);
  return Math.max(4, Math.min(area.width >= wideFrom ? pageSizes.wide : pageSizes.usual, fitting));
}

/** The grid's page `page` of the others. `own`: tiles of one's own, which are on every page. */
export function gridPage(area: Size, seats: readonly Seat[], own: number, page: number): GridPage {
  const silent = seats.filter(({ hasPicture }) => !hasPicture);
  const isCrowd = seats.length + 1 > everybodyUpTo && silent.length > 1;
  const listening = isCrowd ? silent.map(({ id }) => id) : [];
  const shown = isCrowd ? seats.filter(({ hasPicture }) => hasPicture) : seats;
  const fixed = own + (isCrowd ? 1 : 0);
  const perPage = Math.max(1, pageSize(area, shown.length + fixed) - fixed);
  const pages = Math.max(1, Math.ceil(shown.length / perPage));
  const present = Math.min(Math.max(0, page), pages - 1);
  return {
    ids: shown.slice(present * perPage, (present + 1) * perPage).map(({ id }) => id),
    listening,
    page: present,
    pages,
  };
}
