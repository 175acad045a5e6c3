import * as z from 'zod/mini';

export const partSchema = z.object({
  name: z.string().check(z.regex(/^[\w-]{1,40}$/), z.describe('Short, unique: letters, digits, - and _.')),
  task: z
    .string()
    .check(
      z.minLength(1),
      z.describe(
        'What is to be done, complete in itself: whoever does it sees the whole task, but not the other parts.',
      ),
    ),
  accept: z
    .array(z.string().check(z.minLength(1)))
    .check(
      z.describe(
        'Shell commands, run from the root, that fail now and pass when the part is done; best of all tests that the part is to write.',
      ),
    ),
  after: z
    .optional(z.array(z.string()))
    .check(z.describe('Names of parts whose work it builds on. Parts without one run side by side.')),
  files: z.optional(z.array(z.string())).check(z.describe('Files it is expected to change.')),
});

export const planSchema = z.object({
  parts: z.array(partSchema).check(z.minLength(1)),
  /** Why it is cut so. */
  why: z.string(),
  /** For all who do parts. */
  known: z.string(),
});
export type Plan = z.infer<typeof planSchema>;
export type Part = Plan['parts'][number];

/** Beyond this nobody keeps an eye on how the parts fit together. */
const MAX_PARTS = 12;

/** What is wrong with it, in a sentence for its author; empty if nothing is. */
export function faultOf(parts: readonly Part[]): string {
  if (parts.length > MAX_PARTS) return `A plan may have ${MAX_PARTS} parts; this one has ${parts.length}.`;
  const names = parts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `Two parts are called "${twice}".`;
  for (const { name, after = [] } of parts) {
    const unknown = after.find((other) => !names.includes(other));
    if (unknown !== undefined) return `"${name}" is to come after "${unknown}", and there is no such part.`;
  }
  const placed = new Set(wavesOf(parts).flat());
  const cyclic = parts.filter((part) => !placed.has(part)).map(({ name }) => `"${name}"`);
  return cyclic.length === 0 ? '' : `${cyclic.join(', ')} wait for each other: "after" leads in a circle.`;
}

/** Parts in the order in which they can be done: those of one wave side by side. Those in a circle are in none. */
export function wavesOf(parts: readonly Part[]): Part[][] {
  const waves: Part[][] = [];
  const done = new Set<string>();
  for (let left = [...parts]; left.length > 0; ) {
    const wave = left.filter(({ after = [] }) => after.every((name) => done.has(name)));
    if (wave.length === 0) break;
    waves.push(wave);
    for (const { name } of wave) done.add(name);
    left = left.filter((part) => !wave.includes(part));
  }
  return waves;
}
