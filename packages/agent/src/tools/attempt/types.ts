import { posix } from 'node:path';
import { ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { type CandidateEdit, changedFiles } from './apply.ts';
import { quote } from './quote.ts';

/** Fewer candidates are run sooner than they are checked. */
const WORTH_CHECKING = 8;
/** Of a compiler whose speed is not known yet. */
const ASSUMED_SECONDS = 2;
/** About so many of the changes that fail do so by their types alone; only they are saved a run. */
const SAVED_SHARE = 0.25;
/** A project that takes longer is tried without. */
const LIMIT_SECONDS = 30;
const TYPED = /(?<!\.d)\.(?:ts|tsx|mts|cts)$/;
/** As seen from the root; other spellings are left to the trial, which says what is wrong with them. */
const INSIDE = /^(?!\/|\.\.?\/)/;
const MARK = '.heddle-';

/**
 * Finds the candidates that bring type errors of their own: each becomes a file beside the one it changes, and one
 * run of the project's own compiler checks them all against a copy of the original. Errors in other files, caused by
 * a changed signature, are not seen.
 */
export class TypeCheck {
  #seconds = ASSUMED_SECONDS;
  #usable = true;

  /**
   * Index of a candidate -> its first new error. Empty where there is no TypeScript, or no compiler in
   * `node_modules`, or where running the candidates takes no longer. `runSeconds` is what one of them takes.
   */
  async errors(
    candidates: readonly { readonly edits: readonly CandidateEdit[] }[],
    { fork, signal, runSeconds }: { fork: () => Promise<Workspace>; signal: AbortSignal; runSeconds: number },
  ): Promise<ReadonlyMap<number, string>> {
    const typed = candidates.flatMap(({ edits }, index) => {
      const [path] = new Set(edits.map((edit) => edit.path));
      const one = edits.every((edit) => edit.path === path);
      return one && path !== undefined && TYPED.test(path) && INSIDE.test(path)
        ? [{ index, path, edits }]
        : [];
    });
    const saved = typed.length * runSeconds * SAVED_SHARE;
    if (!this.#usable || typed.length < WORTH_CHECKING || saved < this.#seconds) return new Map();
    const workspace = await fork();
    try {
      const config = await configOf(workspace, typed[0]!.path);
      if (config === null) {
        this.#usable = false;
        return new Map();
      }
      const names = await writeCopies(workspace, typed);
      await workspace.files.write(config, configText(config, names));
      const run = await workspace.exec(`node_modules/.bin/tsc -p ${quote(config)} --pretty false`, {
        timeoutSeconds: LIMIT_SECONDS,
        signal,
      });
      signal.throwIfAborted();
      this.#usable = run.ended === 'exited';
      this.#seconds = run.seconds;
      return this.#usable ? newErrors(run.output) : new Map();
    } finally {
      await workspace.dispose();
    }
  }
}

/**
 * Path of a configuration for the copies alone, beside the nearest `tsconfig.json` above a file; null where the
 * project has none or no compiler.
 */
async function configOf({ files }: Workspace, path: string): Promise<string | null> {
  if ((await files.stat('node_modules/.bin/tsc')) === null) return null;
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const known = (await files.stat(posix.join(folder, 'tsconfig.json'))) !== null;
    if (known) return posix.join(folder, `tsconfig${MARK}.json`);
    if (folder === '.') return null;
  }
}

function configText(config: string, names: readonly string[]): string {
  const folder = posix.dirname(config);
  return JSON.stringify({
    extends: './tsconfig.json',
    compilerOptions: {
      noEmit: true,
      composite: false,
      incremental: false,
      skipLibCheck: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      // Scripts would share one global scope.
      moduleDetection: 'force',
    },
    files: names.map((name) => posix.relative(folder, name)),
    include: ['**/*.d.ts'],
    references: [],
  });
}

/** The originals and the candidates, each under a name of its own. */
async function writeCopies(
  { files }: Workspace,
  typed: readonly { index: number; path: string; edits: readonly CandidateEdit[] }[],
): Promise<string[]> {
  const names = new Set<string>();
  const write = async (path: string, tag: string | number, text: string | Buffer) => {
    const { dir, name, ext } = posix.parse(path);
    const copy = posix.join(dir, `${name}${MARK}${tag}${ext}`);
    if (!names.has(copy)) await files.write(copy, text);
    names.add(copy);
  };
  for (const { index, path, edits } of typed) {
    try {
      const { changed, originals } = await changedFiles(files, edits);
      await write(path, 'base', originals.get(path)!);
      await write(path, index, changed.get(path)!);
    } catch (error) {
      // Edits that don't fit are named when they are tried.
      if (!(error instanceof ModelFacingError)) throw error;
    }
  }
  return [...names];
}

const ERROR = /^(.+)\.heddle-(base|\d+)(\.[a-z]+)\(\d+,\d+\): error (TS\d+: .*)$/;

/** What `tsc` says of each candidate beyond what it says of the original. */
function newErrors(output: string): Map<number, string> {
  const known = new Map<string, number>();
  const found: { index: number; key: string; text: string }[] = [];
  for (const line of output.split('\n')) {
    const match = ERROR.exec(line.trimEnd());
    if (!match) continue;
    const [, stem, tag, extension, text] = match as unknown as [string, string, string, string, string];
    const key = `${stem}${extension} ${text}`;
    if (tag === 'base') known.set(key, (known.get(key) ?? 0) + 1);
    else found.push({ index: Number(tag), key, text });
  }
  const seen = new Map<string, number>();
  const errors = new Map<number, string>();
  for (const { index, key, text } of found) {
    const own = `${index} ${key}`;
    const times = (seen.get(own) ?? 0) + 1;
    seen.set(own, times);
    if (times > (known.get(key) ?? 0) && !errors.has(index)) errors.set(index, text);
  }
  return errors;
}
