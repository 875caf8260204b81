import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** How far a finger goes to turn a page, in CSS pixels. */
const swipePx = 60;

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

/** Which page of how many, and to the next. */
export function Pager({ page, pages, onTurn }: PagerProps): JSX.Element {
  const turn = (name: 'previous' | 'next', to: number): JSX.Element => (
    <button
      type="button"
      class="icon-button"
      aria-label={`${name === 'next' ? 'Next' : 'Previous'} page of people`}
      disabled={to < 0 || to >= pages}
      onClick={() => {
        onTurn(to);
      }}
    >
      <Icon name={name} />
    </button>
  );
  return (
    <div class="pager" role="group" aria-label="Pages of people">
      {turn('previous', page - 1)}
      <p aria-live="polite">
        {page + 1} of {pages}
      </p>
      {turn('next', page + 1)}
    </div>
  );
}

interface SwipeHandlers {
  readonly onTouchStart: (event: TouchEvent) => void;
  readonly onTouchEnd: (event: TouchEvent) => void;
}

/** Calls `onSwipe` with 1 when a finger goes left (to what is right of here), -1 when it goes right. */
export function useSwipe(onSwipe: (pages: 1 | -1) => void): SwipeHandlers {
  const from = useRef<Touch | undefined>(undefined);
  return {
    onTouchStart: ({ touches }) => {
      from.current = touches.length === 1 ? touches[0] : undefined;
    },
    onTouchEnd: ({ changedTouches }) => {
      const [to] = changedTouches;
      if (from.current === undefined || to === undefined) return;
      const across = to.clientX - from.current.clientX;
      const along = to.clientY - from.current.clientY;
      if (Math.abs(across) > swipePx && Math.abs(across) > 2 * Math.abs(along)) onSwipe(across < 0 ? 1 : -1);
      from.current = undefined;
    },
  };
}
