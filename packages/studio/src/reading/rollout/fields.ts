import type { Field } from '../../told/step.ts';
import { longText } from './long-text.ts';

/** Arguments by name; what is no text is shown as JSON. `most`: characters of each. */
export function fieldsOf(input: unknown, most?: number): Field[] {
  const text = (value: unknown) =>
    typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value));
  if (input === null || input === undefined) return [];
  if (typeof input !== 'object' || Array.isArray(input))
    return [{ name: 'input', value: longText(text(input), null, most) }];
  return Object.entries(input).map(([name, value]) => ({ name, value: longText(text(value), null, most) }));
}
