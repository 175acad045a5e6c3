import { type Bounds, percentWith } from '../words.ts';

/** A share with its 95 % interval on a line from 0 to 100 %; the words stand beside it. */
export function IntervalBar({ value, low, high }: Bounds & { readonly value: number }) {
  const from = Math.max(0, low ?? 0);
  const to = Math.min(1, high ?? 1);
  const text = percentWith({ value, low, high });
  return (
    <span className="interval">
      <svg
        className="interval-bar"
        viewBox="0 0 100 12"
        preserveAspectRatio="none"
        role="img"
        aria-label={text}
      >
        <rect className="interval-track" x="0" y="5" width="100" height="2" rx="1" />
        <rect
          className="interval-range"
          x={from * 100}
          y="3"
          width={Math.max(0.5, (to - from) * 100)}
          height="6"
          rx="2"
        />
        <rect
          className="interval-point"
          x={Math.min(98.6, Math.max(0, value * 100 - 0.7))}
          y="0"
          width="1.4"
          height="12"
        />
      </svg>
      <span className="interval-text">{text}</span>
    </span>
  );
}
