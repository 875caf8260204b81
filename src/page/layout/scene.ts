import { layout, isPhone, isUpright, type Box, type Size } from './layout.ts';
import { gridPage, type Seat } from './pages.ts';
import { stageLayout, stripSize } from './stage.ts';

/** What a tile is of: a participant by id, everybody who only listens, one's own share, oneself. */
export type Tile =
  | { readonly of: 'person'; readonly id: string }
  | { readonly of: 'listening'; readonly ids: readonly string[] }
  | { readonly of: 'own-share' }
  | { readonly of: 'own' };

/** What can be on the stage: somebody's screen, or somebody. */
export interface Large {
  readonly of: 'screen' | 'person';
  readonly id: string;
}

/** `auto`: the grid, but for a crowd on a phone, which begins with the speaker. */
export type View = 'auto' | 'grid' | 'speaker';

export interface SceneInput {
  readonly area: Size;
  readonly seats: readonly Seat[];
  /** Whose screens are shown, newest first. */
  readonly screens: readonly string[];
  readonly ownShare: boolean;
  /** Who speaks, or spoke last, first; steady. */
  readonly speakers: readonly string[];
  readonly pinned: string | undefined;
  /** What was put on the stage by hand, of what can be. */
  readonly chosen: Large | undefined;
  readonly view: View;
  readonly page: number;
}

/** Who is shown where. */
export interface Scene {
  readonly large: { readonly what: Large; readonly box: Box } | undefined;
  /** Between what one can choose for the stage: two at least, or nothing. */
  readonly choices: readonly Large[];
  /** Everybody who is shown, also a person who is large; oneself last. */
  readonly tiles: readonly { readonly tile: Tile; readonly box: Box }[];
  readonly page: number;
  readonly pages: number;
  /** Height of everything; more than the area's: it scrolls. */
  readonly contentHeight: number;
}

/** From this many people on a phone begins with who speaks: held upright, and across. */
const speakerFrom = { upright: 10, across: 5 } as const;
/** Tiles below the speaker on a phone, oneself included: the speaker and three others. */
const belowSpeaker = 4;
/** Height of the row that chooses what is on the stage, and of the one that turns pages, in CSS pixels. */
const choicesHeight = 48;
const pagerHeight = 48;

/** Who is shown where, from everything that decides it. Pure. */
export function scene(input: SceneInput): Scene {
  const candidates = candidatesOf(input);
  const large = candidates.find((one) => isSame(one, input.chosen)) ?? candidates[0];
  if (large !== undefined) return staged(input, large, candidates.length > 1 ? candidates : []);
  const speaker = speakerOf(input);
  const startsWithSpeaker = input.view === 'auto' && isCrowdOnPhone(input);
  if (speaker !== undefined && input.view === 'speaker') return staged(input, speaker, []);
  if (speaker === undefined || !startsWithSpeaker) return inGrid(input, input.page, 0);
  const rest = inGrid(input, input.page - 1, 1);
  if (input.page > 0) return rest;
  const area = { ...input.area, height: input.area.height - pagerHeight };
  return { ...staged({ ...input, area }, speaker, [], belowSpeaker), page: 0, pages: rest.pages };
}

export function isSame(a: Large, b: Large | undefined): boolean {
  return a.of === b?.of && a.id === b.id;
}

function candidatesOf({ screens, pinned, seats }: SceneInput): readonly Large[] {
  const isHere = seats.some(({ id }) => id === pinned);
  return [
    ...screens.map((id): Large => ({ of: 'screen', id })),
    ...(pinned !== undefined && isHere ? [{ of: 'person', id: pinned } as const] : []),
  ];
}

/** Whoever speaks, or else the first; nobody in a call of two, which is a large and a small picture anyway. */
function speakerOf({ seats, speakers }: SceneInput): Large | undefined {
  if (seats.length < 2) return undefined;
  const id = speakers.find((one) => seats.some((seat) => seat.id === one)) ?? seats[0]?.id;
  return id === undefined ? undefined : { of: 'person', id };
}

function isCrowdOnPhone({ area, seats }: SceneInput): boolean {
  const people = seats.length + 1;
  return isPhone(area) && people >= (isUpright(area) ? speakerFrom.upright : speakerFrom.across);
}

function staged(input: SceneInput, what: Large, choices: readonly Large[], most = Infinity): Scene {
  const { area, seats } = input;
  const top = choices.length > 0 ? choicesHeight : 0;
  const inner = { width: area.width, height: area.height - top };
  const own = ownTiles(input);
  const room = Math.max(0, Math.min(most, stripSize(inner)) - own.length);
  const isLarge = (id: string): boolean => what.of === 'person' && id === what.id;
  const others = seats.filter(({ id }) => !isLarge(id)).slice(0, room);
  const { stage, strip } = stageLayout(inner, others.length + own.length);
  const lower = (box: Box): Box => ({ ...box, y: box.y + top });
  // All in the order of seats: an element that the browser had to move would lose the focus.
  const people = seats
    .filter((seat) => isLarge(seat.id) || others.includes(seat))
    .map(({ id }): Tile => ({ of: 'person', id }));
  const inStrip = strip.map(lower);
  const tiles = [...people, ...own].flatMap((tile) => {
    const box = tile.of === 'person' && isLarge(tile.id) ? lower(stage) : inStrip.shift();
    return box === undefined ? [] : [{ tile, box }];
  });
  return {
    large: { what, box: lower(stage) },
    choices,
    tiles,
    page: 0,
    pages: 1,
    contentHeight: area.height,
  };
}

/** `before`: pages that come before those of the grid. */
function inGrid(input: SceneInput, page: number, before: number): Scene {
  const own = ownTiles(input);
  const whole = gridPage(input.area, input.seats, own.length, page);
  const isPaged = whole.pages + before > 1;
  const area = { ...input.area, height: input.area.height - (isPaged ? pagerHeight : 0) };
  const shown = isPaged ? gridPage(area, input.seats, own.length, page) : whole;
  const tiles: readonly Tile[] = [
    ...shown.ids.map((id): Tile => ({ of: 'person', id })),
    ...(shown.listening.length > 0 ? [{ of: 'listening', ids: shown.listening } as const] : []),
    ...own,
  ];
  const { boxes, contentHeight } = layout(area, tiles.length);
  return {
    large: undefined,
    choices: [],
    tiles: boxes.flatMap((box, index) => (tiles[index] === undefined ? [] : [{ tile: tiles[index], box }])),
    page: shown.page + before,
    pages: shown.pages + before,
    contentHeight,
  };
}

function ownTiles({ ownShare }: SceneInput): readonly Tile[] {
  return [...(ownShare ? [{ of: 'own-share' } as const] : []), { of: 'own' }];
}
