import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '@heddle/core';
import * as z from 'zod/mini';
import type { DatasetFormat, DatasetOptions } from '../dataset.ts';
import type { Environment, Instance, Source } from '../instance.ts';
import { goldOf } from './harbor-gold.ts';
import { parseRecord, readText } from './records.ts';
import { settingOf } from './settings.ts';
import { unreadable } from './unreadable.ts';

const seconds = z.number().check(z.positive());

/** `task.toml` of Harbor (schema_version 1.0 to 1.4; "version" is its old name). What is not used here may be there. */
const taskSchema = z.object({
  task: z._default(
    z.object({ name: z.optional(z.string()), keywords: z._default(z.array(z.string()), []) }),
    {
      keywords: [],
    },
  ),
  metadata: z._default(z.record(z.string(), z.unknown()), {}),
  agent: z._default(z.object({ timeout_sec: z.optional(seconds) }), {}),
  verifier: z._default(
    z.object({
      timeout_sec: z._default(seconds, 600),
      env: z._default(z.record(z.string(), z.string()), {}),
    }),
    { timeout_sec: 600, env: {} },
  ),
  environment: z._default(
    z.object({
      docker_image: z.optional(z.string()),
      workdir: z.optional(z.string()),
      env: z._default(z.record(z.string(), z.string()), {}),
    }),
    { env: {} },
  ),
  steps: z._default(z.array(z.unknown()), []),
});
type HarborTask = z.infer<typeof taskSchema>;

/** How deep below the path given task folders are looked for: `DATASET/SPLIT/TASK`. */
const DEPTH = 3;
/** Where an image that says nothing else keeps its files. */
const WORKDIR = '/app';
/** What makes an image; no files of the task. */
const IMAGE_FILES = [
  'Dockerfile',
  'docker-compose.yaml',
  'docker-compose.yml',
  'compose.yaml',
  '.dockerignore',
];

/**
 * Harbor task folders, which Terminal-Bench has since its second version: `task.toml`, `instruction.md`,
 * `environment/`, `tests/test.sh`, `solution/solve.sh`. A task is solved from reward 1 on.
 */
export const harbor: DatasetFormat = {
  name: 'harbor',
  about:
    'a Harbor (Terminal-Bench) task folder or a folder of them; --images for those with an image, --set dockerfile=ignore runs the others here',
  recognises: async (path) => (await tasksBelow(path, DEPTH)).length > 0,
  async read(path, options) {
    const read: Read[] = [];
    for (const folder of await tasksBelow(path, DEPTH)) read.push(await readTask(folder, options));
    const left = read.flatMap((each) => ('left' in each ? [each.left] : []));
    const reasons = [...Map.groupBy(left, ({ why }) => why)];
    return {
      name: basename(path),
      instances: read.flatMap((each) => ('instance' in each ? [each.instance] : [])),
      notes: reasons.map(
        ([why, tasks]) => `${tasks.length} left out, ${why}: ${tasks.map(({ id }) => id).join(', ')}`,
      ),
    };
  },
};

async function tasksBelow(folder: string, depth: number): Promise<string[]> {
  if (existsSync(join(folder, 'task.toml'))) return [folder];
  if (depth === 0) return [];
  let entries: Awaited<ReturnType<typeof folders>>;
  try {
    entries = await folders(folder);
  } catch {
    return []; // a file, or not ours to read
  }
  const below = await Promise.all(entries.map((name) => tasksBelow(join(folder, name), depth - 1)));
  return below.flat();
}

async function folders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => name)
    .sort();
}

type Read =
  | { readonly instance: Instance }
  | { readonly left: { readonly id: string; readonly why: string } };

async function readTask(folder: string, options: DatasetOptions): Promise<Read> {
  const id = basename(folder);
  const task = await taskIn(folder);
  if (task.steps.length > 0) return { left: { id, why: 'of several steps' } };
  const place = placeOf(folder, task, options);
  if ('why' in place) return { left: { id, why: place.why } };
  const statement = (await readText(join(folder, 'instruction.md'))).trim();
  if (!existsSync(join(folder, 'tests', 'test.sh'))) {
    throw unreadable({ file: join(folder, 'tests/test.sh') }, 'it is missing: nothing grades the task');
  }
  const { files, environment } = place;
  const local = environment === null;
  return {
    instance: {
      id,
      cluster: id,
      statement,
      files,
      checks: [],
      grading: {
        kind: 'reward',
        tests: join(folder, 'tests'),
        command: `${exported(task.verifier.env)}bash "$TESTS_DIR/test.sh"`,
        timeoutSeconds: task.verifier.timeout_sec,
        resolvedFrom: 1,
      },
      gold:
        local || settingOf(options, 'gold', ['local', 'all'] as const) === 'all'
          ? await goldOf({ folder, files, environment })
          : null,
      environment,
      meta: {
        ...task.metadata,
        task_name: task.task.name ?? id,
        keywords: task.task.keywords,
        agent_timeout_sec: task.agent.timeout_sec ?? null,
      },
    },
  };
}

async function taskIn(folder: string): Promise<HarborTask> {
  const file = join(folder, 'task.toml');
  const text = await readText(file);
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parseRecord(taskSchema, { value: parse(text), spot: { file } });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw unreadable({ file, line: error.line }, `no TOML: ${messageOf(error).split('\n', 1)[0]}`, {
      cause: error,
    });
  }
}

type Place = { readonly files: Source; readonly environment: Environment | null } | { readonly why: string };

/** In its image; or here, where the task names none and builds none, or the user says that it needs none. */
function placeOf(folder: string, { environment }: HarborTask, options: DatasetOptions): Place {
  const { docker_image: image, workdir = WORKDIR, env } = environment;
  if (image !== undefined) {
    if (options.images !== true) return { why: 'needing their image (--images)' };
    return {
      files: { kind: 'image', image, path: workdir },
      environment: { name: image, image, ...(Object.keys(env).length > 0 && { variables: env }) },
    };
  }
  const own = join(folder, 'environment');
  const builds = IMAGE_FILES.some((name) => existsSync(join(own, name)));
  if (builds && settingOf(options, 'dockerfile', ['needed', 'ignore'] as const) === 'needed') {
    return { why: 'with an image to be built from a Dockerfile (--set dockerfile=ignore runs them here)' };
  }
  if (!existsSync(own)) return { files: { kind: 'inline', files: { '.gitkeep': '' } }, environment: null };
  return { files: { kind: 'folder', path: own, hidden: IMAGE_FILES }, environment: null };
}

function exported(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}
