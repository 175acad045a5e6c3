/** How numbers and times are said, the same everywhere. Null is "–": not known. */

const NONE = '–';

export function percent(share: number | null, digits = 1): string {
  return share === null || Number.isNaN(share) ? NONE : `${(share * 100).toFixed(digits)} %`;
}

/** An interval from the statistics; null: nothing bounds it on that side. */
export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

/** A share with its interval: `52.7 % [38.7–67.9]` */
export function percentWith({ value, low, high }: Bounds & { readonly value: number }): string {
  return `${percent(value)} [${((low ?? 0) * 100).toFixed(1)}–${((high ?? 1) * 100).toFixed(1)}]`;
}

/** `+4.0 points` */
export function points(difference: number | null, digits = 1): string {
  return difference === null ? NONE : `${signed(difference * 100, digits)} points`;
}

/** The interval of a difference between two shares, in points: `[-3.1 to +11.0]` */
export function pointsRange({ low, high }: Bounds): string {
  return `[${signed((low ?? -1) * 100)} to ${signed((high ?? 1) * 100)}]`;
}

/** A p-value with three digits that count, never zero: `= 0.0213` */
export function pValue(p: number): string {
  return p < 0.0001 ? '< 0.0001' : `= ${p.toPrecision(p < 0.001 ? 1 : 3)}`;
}

export function signed(value: number, digits = 1): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
}

export function money(usd: number | null): string {
  if (usd === null) return NONE;
  if (usd === 0) return '$0';
  if (usd < 0.01) return `$${usd.toPrecision(2)}`;
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

export function duration(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Of what goes on: whole seconds, that one sees pass. `13 s`, `2 min 05 s`, `1 h 02 min` */
export function passing(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, '0')];
  if (minutes < 60) return `${minutes} min ${rest} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `1,234`, `12.3 k`, `4.5 M` */
export function count(value: number | null): string {
  if (value === null) return NONE;
  if (value < 10_000) return value.toLocaleString('en-US');
  return value < 1_000_000 ? `${(value / 1000).toFixed(1)} k` : `${(value / 1_000_000).toFixed(1)} M`;
}

export function ago(at: number, now: number): string {
  const seconds = Math.max(0, (now - at) / 1000);
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return new Date(at).toLocaleDateString('en-CA');
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}
