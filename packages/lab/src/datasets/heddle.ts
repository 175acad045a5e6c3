import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { DatasetFormat, DatasetOptions } from '../dataset.ts';
import type { Instance, Source } from '../instance.ts';
import { instanceSchema } from './instance-schema.ts';
import { firstRecord, parseRecord, readRecords } from './records.ts';
import { unreadable } from './unreadable.ts';

/** Our own plain form: what `heddle mine` writes, and what somebody with tasks of their own writes by hand. */
export const heddle: DatasetFormat = {
  name: 'heddle',
  about: 'JSONL or JSON of instances as `heddle mine` writes them, or tasks of your own',
  async recognises(path) {
    const first = await firstRecord(path);
    return isRecord(first) && 'statement' in first && isRecord(first.files) && 'kind' in first.files;
  },
  async read(path, options) {
    const records = await readRecords(path);
    const languages = options.languages && new Set(options.languages);
    const instances = records
      .map((record): Instance => {
        const { checks, ...instance } = parseRecord(instanceSchema, record);
        const base = dirname(path);
        return {
          ...instance,
          checks,
          files: placed(instance.files, base, options),
          grading:
            instance.grading.kind === 'reward'
              ? { ...instance.grading, tests: resolve(base, instance.grading.tests) }
              : instance.grading,
        };
      })
      .filter(({ meta }) => languages === undefined || languages.has(String(meta.language)));
    for (const [index, { files }] of instances.entries()) {
      const missing =
        files.kind === 'folder' ? files.path : files.kind === 'commit' ? files.repository : null;
      if (missing === null || existsSync(missing)) continue;
      throw unreadable(records[index]!.spot, `there is nothing at ${missing}, where its files should be`, {
        hint: 'put the folder there, or say where the clones are with --clones FOLDER',
      });
    }
    return {
      name: basename(path).replace(/\.(?:jsonl|ndjson|json|csv)(?:\.gz)?$/, ''),
      instances,
      notes: [],
    };
  },
};

/** Paths are relative to the file that names them; a clone that is not there is looked for by name among the clones. */
function placed(source: Source, base: string, { clones }: DatasetOptions): Source {
  if (source.kind === 'folder') return { ...source, path: resolve(base, source.path) };
  if (source.kind !== 'commit') return source;
  const direct = resolve(base, source.repository);
  if (existsSync(direct) || clones === undefined || isAbsolute(source.repository)) {
    return { ...source, repository: direct };
  }
  return { ...source, repository: resolve(join(clones, basename(source.repository))) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
