import { createRequire } from 'node:module';
import { oneLine } from '@heddle/core';

export { oneLine, printable } from '@heddle/core';

/**
 * Characters of one column each, whatever stands beside them: ASCII, Latin letters, punctuation, arrows, boxes and the signs that
 * Heddle's own lines are made of; and colours, which take none.
 */
const PLAIN =
  /^(?:[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u257f●■▸✓✗○∅⑂]|\u001b\[[\d;]*m)*$/;

/** Loaded for other texts only: what they need to know about graphemes takes as long to load as half of Heddle. */
const load = createRequire(import.meta.url);

/** The first line that says anything: a task's title. */
export function firstLine(text: string): string {
  return oneLine(text.trim().split('\n', 1)[0]!);
}

export function columnsOf(text: string): number {
  if (!PLAIN.test(text)) return (load('string-width') as typeof import('string-width')).default(text);
  return text.replaceAll(/\u001b\[[\d;]*m/g, '').length;
}

/** At most `columns` wide, with an ellipsis where something was cut. Keeps colours. */
export function clip(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return '';
  if (PLAIN.test(text) && !text.includes('\u001b')) return `${text.slice(0, columns - 1)}…`;
  const { default: slice } = load('slice-ansi') as typeof import('slice-ansi');
  // The two libraries do not agree on every rare sign.
  for (let room = columns - 1; room > 0; room -= 1) {
    const cut = `${slice(text, 0, room)}…`;
    if (columnsOf(cut) <= columns) return cut;
  }
  return '…';
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;
}

export function indent(text: string, by: string): string {
  return text.replaceAll(/^(?=.)/gm, by);
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A running clock, which does not show tenths: `4 s`, `2 min 5 s`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 10 ? `${seconds} s` : duration(seconds);
}

/** As a stopwatch has it, for columns of times: `0:04`, `12:05`, `1:02:05`. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** At most `columns` wide, its middle left out: both ends of a name tell it from others. */
export function clipMiddle(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const tail = Math.floor((columns - 1) / 2);
  const characters = [...text];
  let end = characters.length;
  while (end > 0 && columnsOf(characters.slice(end - 1).join('')) <= tail) end -= 1;
  return `${clip(text, columns - tail)}${characters.slice(end).join('')}`;
}

/** Tokens: `840`, `41.2k`, `3.1M`. */
export function tokenCount(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  return tokens < 999_950 ? `${(tokens / 1000).toFixed(1)}k` : `${(tokens / 1e6).toFixed(1)}M`;
}

/** `0.4 s`, `34 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

/** Dollars; null is a price nobody knows. Below a cent, two digits that count. */
export function money(usd: number | null): string {
  if (usd === null) return 'unknown';
  if (usd === 0) return '$0';
  return usd < 0.01 ? `$${Number(usd.toPrecision(2))}` : `$${usd.toFixed(2)}`;
}

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date. */
export function ago(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  const days = Math.floor(minutes / (24 * 60));
  return days < 14 ? `${count(days, 'day')} ago` : new Date(at).toISOString().slice(0, 10);
}
