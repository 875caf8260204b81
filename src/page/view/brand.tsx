import type { JSX } from 'preact';

export function Brand(): JSX.Element {
  return (
    <p class="brand">
      <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" />
        <path d="M9 10v12M16 13v6M23 15v2" />
      </svg>
      Sotto
    </p>
  );
}
