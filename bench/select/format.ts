import type { Interval } from '@heddle/lab';

type Estimate = Pick<Interval, 'value' | 'low' | 'high'>;

/** `62.5 % [49.1 – 75.0]`. */
export function percent({ value, low, high }: Estimate): string {
  const of = (share: number) => (share * 100).toFixed(1);
  return `${of(value)} % ${bounds(low, high, of)}`;
}

/** `+2.5 points [-1.0 – +6.0]`. */
export function points({ value, low, high }: Estimate): string {
  const of = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;
  return `${of(value)} points ${bounds(low, high, of)}`;
}

/** One case says nothing of others. */
function bounds(low: number, high: number, of: (share: number) => string): string {
  return Number.isFinite(low + high) ? `[${of(low)} – ${of(high)}]` : '[no interval]';
}
