import type { Estimate } from './statistics.ts';

/** `62.5 % [49.1 – 75.0]`. */
export function percent({ value, low, high }: Estimate): string {
  const of = (share: number) => (share * 100).toFixed(1);
  return `${of(value)} % [${of(low)} – ${of(high)}]`;
}

/** `+2.5 points [-1.0 – +6.0]`. */
export function points({ value, low, high }: Estimate): string {
  const of = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;
  return `${of(value)} points [${of(low)} – ${of(high)}]`;
}
