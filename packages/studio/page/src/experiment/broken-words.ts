import { plural } from '../words.ts';

/** `1 of 5 instances is marked as broken; it counts` */
export function brokenWords(broken: number, of: number, leftOut = false): string {
  const one = broken === 1;
  const so = leftOut ? ' and left out' : one ? '; it counts' : '; they count';
  return `${broken.toLocaleString('en-US')} of ${plural(of, 'instance')} ${one ? 'is' : 'are'} marked as broken${so}`;
}
