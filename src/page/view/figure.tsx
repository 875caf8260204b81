import type { JSX } from 'preact';

/** Three people, and a router between them that passes on what it cannot read. Decoration: the words say the same. */
export function Figure(): JSX.Element {
  return (
    <svg class="figure" viewBox="0 0 420 380" aria-hidden="true">
      <g class="figure-paths">
        <path d="M210 120V170" />
        <path d="M118 270L176 226" />
        <path d="M302 270L244 226" />
      </g>
      <g class="figure-router">
        <rect x="168" y="172" width="84" height="64" rx="16" />
        <path d="M186 194h12M206 194h6M220 194h14M186 214h6M200 214h16M224 214h10" />
      </g>
      <g class="figure-person one">
        <rect x="146" y="24" width="128" height="94" rx="18" />
        <circle cx="210" cy="62" r="15" />
        <path d="M180 106a30 26 0 0 1 60 0" />
      </g>
      <g class="figure-person two">
        <rect x="24" y="262" width="128" height="94" rx="18" />
        <circle cx="88" cy="300" r="15" />
        <path d="M58 344a30 26 0 0 1 60 0" />
      </g>
      <g class="figure-person three">
        <rect x="268" y="262" width="128" height="94" rx="18" />
        <circle cx="332" cy="300" r="15" />
        <path d="M302 344a30 26 0 0 1 60 0" />
      </g>
    </svg>
  );
}
