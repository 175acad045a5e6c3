import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFormat, DatasetOptions } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { readExercise } from './exercise.ts';
import { placeFor } from './exercise-environment.ts';
import { EXERCISE_LANGUAGES, exerciseLanguage } from './exercise-languages.ts';

const BELOW = 'exercises/practice';
/** Aider's rules: after a failed first attempt the tests' output is told, and there is a second one. */
const TRIES = 2;

/** Aider's polyglot benchmark: exercises of Exercism tracks in six languages, `LANGUAGE/exercises/practice/SLUG`. */
export const aiderPolyglot: DatasetFormat = {
  name: 'aider-polyglot',
  about: `a clone of Aider's polyglot benchmark; javascript needs --set node-modules=PATH, java --set classpath=JARS`,
  recognises: async (path) => languagesIn(path).length > 0,
  async read(path, options) {
    const wanted = new Set(options.languages ?? EXERCISE_LANGUAGES);
    const instances: Instance[] = [];
    const notes: string[] = [];
    for (const name of languagesIn(path).filter((each) => wanted.has(each))) {
      const read = await readTrackFolder(join(path, name), name, { options, above: [path] });
      instances.push(...read.instances.map((instance) => ({ ...instance, cluster: name, tries: TRIES })));
      notes.push(...read.notes);
    }
    return { name: 'aider-polyglot', instances, notes };
  },
};

const languagesIn = (path: string) =>
  EXERCISE_LANGUAGES.filter((language) => existsSync(join(path, language, BELOW)));

/** All exercises below a track's folder whose language can be tested; those left out are in the notes. */
export async function readTrackFolder(
  track: string,
  name: string,
  {
    options,
    above,
    kinds = ['practice'],
  }: {
    readonly options: DatasetOptions;
    /** Folders that may have what the language needs, besides the track's own. */
    readonly above: readonly string[];
    readonly kinds?: readonly string[];
  },
): Promise<{ instances: Instance[]; notes: string[] }> {
  const language = exerciseLanguage(name);
  if (language === null) {
    return { instances: [], notes: [`${name} left out: known are ${EXERCISE_LANGUAGES.join(', ')}`] };
  }
  const place = placeFor(language, [track, ...above], options);
  if ('missing' in place) return { instances: [], notes: [`${name} left out: ${place.missing}`] };
  const instances: Instance[] = [];
  const incomplete: string[] = [];
  for (const kind of kinds) {
    const folder = join(track, 'exercises', kind);
    if (!existsSync(folder)) continue;
    for (const slug of (await readdir(folder)).sort()) {
      if (!existsSync(join(folder, slug, '.meta/config.json'))) continue;
      const exercise = await readExercise(join(folder, slug), language);
      if (exercise === null) incomplete.push(slug);
      else instances.push({ ...exercise, id: `${name}/${slug}`, cluster: `${name}/${slug}`, ...place });
    }
  }
  const notes =
    incomplete.length === 0 ? [] : [`${name}: no tests or no reference solution: ${incomplete.join(', ')}`];
  return { instances, notes };
}
