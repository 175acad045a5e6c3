import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import type { DatasetFormat } from '../dataset.ts';
import { readTrackFolder } from './aider-polyglot.ts';
import { parseJson, parseRecord, readText } from './records.ts';
import { settingOf } from './settings.ts';

const trackSchema = z.object({
  slug: z.string(),
  exercises: z.object({
    practice: z._default(z.array(exerciseEntry()), []),
    concept: z._default(z.array(exerciseEntry()), []),
  }),
});

function exerciseEntry() {
  return z.object({
    slug: z.string(),
    difficulty: z.optional(z.number()),
    status: z.optional(z.string()),
    topics: z.optional(z.nullable(z.array(z.string()))),
  });
}

/** A whole Exercism track: a clone with `config.json` and `exercises/practice`. One try, practice exercises only. */
export const exercism: DatasetFormat = {
  name: 'exercism',
  about: 'a clone of an Exercism track; --set exercises=all reads the concept exercises too',
  async recognises(path) {
    return existsSync(join(path, 'config.json')) && existsSync(join(path, 'exercises/practice'));
  },
  async read(path, options) {
    const file = join(path, 'config.json');
    const spot = { file };
    const track = parseRecord(trackSchema, { value: parseJson(await readText(file), spot), spot });
    const which = settingOf(options, 'exercises', ['practice', 'all'] as const);
    const kinds = which === 'all' ? ['practice', 'concept'] : ['practice'];
    const read = await readTrackFolder(path, track.slug, { options, above: [dirname(path)], kinds });
    const entries = new Map(
      [...track.exercises.practice, ...track.exercises.concept].map((entry) => [entry.slug, entry]),
    );
    const known = read.instances.flatMap((instance) => {
      const entry = entries.get(String(instance.meta.slug));
      if (entry === undefined || entry.status === 'deprecated') return [];
      const { difficulty = null, topics = null } = entry;
      return [{ ...instance, meta: { ...instance.meta, difficulty, topics } }];
    });
    const left = read.instances.length - known.length;
    return {
      name: `exercism-${track.slug}`,
      instances: known,
      notes: [...read.notes, ...(left === 0 ? [] : [`${left} deprecated or unlisted exercises left out`])],
    };
  },
};
