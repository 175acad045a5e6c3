import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** `30s`, `10m`, `2h`, `1h30m`, or plain seconds. */
export function parseSeconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(min|[smhd])/g)];
  const seconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNIT_SECONDS[unit!]!, 0);
  if (parts.map(([part]) => part).join('') !== text.replaceAll(' ', '') || seconds <= 0)
    throw new InvalidArgumentError('Write a time such as 30s, 10m, 2h or 1h30m.');
  return seconds;
}

/** `2`, `0.50`, `$3`. */
export function parseUsd(text: string): number {
  const usd = /^\$?(\d+(?:\.\d*)?|\.\d+)$/.exec(text)?.[1];
  if (usd === undefined || Number(usd) <= 0)
    throw new InvalidArgumentError('Write US dollars, more than zero, such as 2.50.');
  return Number(usd);
}

/** A whole number from `least` on. */
export function wholeNumber(least: number, most?: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= (most ?? number)) return number;
    throw new InvalidArgumentError(
      `Write a whole number, ${most === undefined ? `${least} or more` : `${least} to ${most}`}.`,
    );
  };
}

/** For an option that may be given several times. */
export function collected(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** Separated by commas or blanks, over several times too. */
export function listed(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(/[\s,]+/).filter(Boolean)];
}

/** The same for what may have blanks in it: a path. */
export function listedByCommas(text: string, before: readonly string[] | undefined): string[] {
  const each = text.split(',').map((part) => part.trim());
  return [...(before ?? []), ...each.filter(Boolean)];
}
