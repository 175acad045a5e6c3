import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder, OperatorError, type Store, systemCode } from '@heddle/core';
import { findExperiment } from '@heddle/lab';
import type { ModelsConfig } from '@heddle/models';
import { studioApp } from '../server/app.ts';
import { contextOf } from '../server/context.ts';
import { fileOf } from '../told/export-file.ts';
import { answersOf, type WhichRollouts } from './answers.ts';

/** Where `scripts/build-page.mjs` puts what a page opened from a file needs. */
const PARTS = fileURLToPath(new URL('../../dist/export/', import.meta.url));
/** Up to so many rollouts are all put in, if it is not said which: above, those of flipped instances. */
const FEW = 200;

export interface ExportOptions {
  readonly store: Store;
  /** Heddle's data folder: where snapshots are. */
  readonly home: string;
  /** For prices. */
  readonly config: ModelsConfig;
  /** Id, the beginning of one, a name, or `last`. */
  readonly experiment: string;
  /** Made if it is not there; must be empty. */
  readonly folder: string;
  /** Default: all of an experiment of up to 200, else those of flipped instances. */
  readonly rollouts?: WhichRollouts;
  /** Every step's prompt as it was sent: by far most of the folder then. Default: false. */
  readonly prompts?: boolean;
}

export interface Exported {
  readonly experiment: string;
  /** To be opened. */
  readonly page: string;
  readonly files: number;
  readonly bytes: number;
  readonly rollouts: WhichRollouts;
}

/**
 * One experiment as a folder that opens without a server: its page, comparisons and rollouts, as they are now, with the
 * answers that the server would give in scripts beside the page. Other experiments are not in it.
 * Throws OperatorError `no-such-experiment`, `folder-in-use`, `not-written`, `page-not-built`.
 */
export async function exportExperiment(options: ExportOptions): Promise<Exported> {
  const { store, folder } = options;
  findExperiment(store, options.experiment);
  const parts = existsSync(PARTS) ? readdirSync(PARTS) : [];
  if (!parts.includes('studio.js'))
    throw new OperatorError('page-not-built', 'the page is not built yet', {
      hint: '`npm run build` in the checkout',
    });
  makeEmpty(folder, join(folder, 'data'));
  try {
    return await written(options, parts);
  } catch (error) {
    // Half an export looks like one, and is in the way of the next.
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    const code = systemCode(error);
    if (code === undefined || error instanceof OperatorError) throw error;
    throw new OperatorError('not-written', `the export cannot be written to ${folder} (${code})`, {
      cause: error,
      hint: 'give another folder, or fewer rollouts: --rollouts flipped or none',
    });
  }
}

async function written(
  { store, home, config, folder, prompts = false, ...options }: ExportOptions,
  parts: readonly string[],
): Promise<Exported> {
  const { experiment, name, asked } = findExperiment(store, options.experiment);
  const data = join(folder, 'data');
  const trials = store.experiments.trials(experiment);
  const which = options.rollouts ?? (trials.length <= FEW ? 'all' : 'flipped');
  // The guard looks at who asks; this is nobody.
  const app = studioApp(contextOf({ store, config, home, place: '' }), { host: 'localhost' });
  const ask = async (path: string): Promise<unknown> => {
    const response = await app.request(`/api${path}`, { headers: { host: 'localhost' } });
    if (!response.ok) return null;
    const type = response.headers.get('content-type') ?? '';
    if (!type.startsWith('image/')) return response.json();
    return `data:${type};base64,${Buffer.from(await response.arrayBuffer()).toString('base64')}`;
  };
  const files = new DataFiles(data);
  const of = trials.flatMap(({ rollout }) => (rollout === null ? [] : [rollout]));
  for await (const { path, body } of answersOf(ask, experiment, { rollouts: which, of, prompts }))
    files.add(path, body);
  for (const part of parts) copyFileSync(join(PARTS, part), join(folder, part));
  const page = join(folder, 'index.html');
  writeFileSync(join(data, 'start.js'), `window.HEDDLE_EXPORT = ${scriptText({ experiment })};\n`);
  writeFileSync(page, pageOf(name || asked.dataset.name));
  return { experiment, page, rollouts: which, files: files.count, bytes: files.bytes };
}

function makeEmpty(folder: string, data: string): void {
  try {
    makeFolder(folder, 0o777);
    if (readdirSync(folder).length > 0)
      throw new OperatorError('folder-in-use', `${folder} is not empty`, {
        hint: 'give a folder that is, or none yet',
      });
    mkdirSync(data);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(
      'folder-in-use',
      `cannot write to ${folder} (${systemCode(error) ?? 'unknown'})`,
      {
        cause: error,
        hint: 'give another folder',
      },
    );
  }
}

/** Scripts that hand answers to the page, one call each, so that none is ever whole in memory. */
class DataFiles {
  readonly #folder: string;
  readonly #known = new Set<string>();
  /** So many bytes of answers. */
  bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get count(): number {
    return this.#known.size;
  }

  add(path: string, body: unknown): void {
    const name = fileOf(path);
    this.#known.add(name);
    const line = `HEDDLE_EXPORT.put({${scriptText(path)}:${scriptText(body)}});\n`;
    this.bytes += Buffer.byteLength(line);
    appendFileSync(join(this.#folder, name), line);
  }
}

/** JSON as a script may hold it, wherever that script is put. */
function scriptText(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Nothing in it comes from anywhere else, and nothing goes anywhere. */
const POLICY =
  "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src data:";

function pageOf(name: string): string {
  const title = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}: Heddle Studio</title>
    <link rel="stylesheet" href="studio.css" />
    <script src="data/start.js"></script>
    <script defer src="studio.js"></script>
  </head>
  <body>
    <div id="root"></div>
  </body>
</html>
`;
}
