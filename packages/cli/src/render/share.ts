import type { Interval } from '@heddle/lab';

/** A share as `62.5 %`. */
export function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}

/** A difference of shares in points, with its sign: `+4.2`, `-12.0`. */
export function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  return `${difference > 0 && Number(text) !== 0 ? '+' : ''}${Number(text) === 0 ? '0.0' : text}`;
}

/** A distance of shares in points, without a sign; null: not known. */
export function size(difference: number | null): string {
  return difference === null ? '-' : Math.abs(difference * 100).toFixed(1);
}

/** `48.1 to 74.9 %`. */
export function range({ low, high }: Pick<Interval, 'low' | 'high'>): string {
  return `${plain(low)} to ${plain(high)} %`;
}

/** `-3.1 to +11.5`. */
export function pointRange({ low, high }: Pick<Interval, 'low' | 'high'>): string {
  return `${points(low)} to ${points(high)}`;
}

function plain(share: number): string {
  return Number.isFinite(share) ? (share * 100).toFixed(1) : 'any';
}

/** As tables of results have them: three digits that count, never zero. */
export function pValue(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toPrecision(p < 0.001 ? 1 : 3);
}

/** Labelled lines, the labels one below the other. */
export function facts(rows: readonly (readonly [label: string, text: string])[], indent: string): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${indent}${label.padEnd(width)}  ${text}\n`).join('');
}
