import type { JSX } from 'preact';
import { create } from 'qrcode';

/** A QR code drawn here, so that no picture service learns what is in it. Four modules of quiet zone (ISO/IEC 18004). */
export function QrCode({ text, label }: { text: string; label: string }): JSX.Element {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const path = Array.from(data, (dark, index) =>
    dark === 0 ? '' : `M${index % size} ${Math.floor(index / size)}h1v1h-1z`,
  ).join('');
  return (
    <svg
      class="qr"
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
