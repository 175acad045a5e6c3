import type { Overview, Unreadable } from '@heddle/agent';
import type { Paint, Palette } from './palette.ts';

type Status = (Overview | Unreadable)['status'];

const STYLE: Readonly<Record<Status, readonly [glyph: string, colour: keyof Palette]>> = {
  solved: ['✓', 'green'],
  unverified: ['?', 'yellow'],
  'gave-up': ['✗', 'red'],
  failed: ['✗', 'red'],
  limit: ['■', 'yellow'],
  'model-unreachable': ['✗', 'red'],
  interrupted: ['‖', 'yellow'],
  unreadable: ['✗', 'red'],
  running: ['●', 'cyan'],
};

/** A status with its sign, so that it can be told without colours too. */
export function statusText(status: Status, palette: Palette): string {
  const [glyph, colour] = STYLE[status];
  const paint: Paint = palette[colour];
  return paint(`${glyph} ${status}`);
}
