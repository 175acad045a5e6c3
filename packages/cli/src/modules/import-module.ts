import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf, OperatorError, systemCode, versionOf } from '@heddle/core';
import { shareLibrary } from './own-library.ts';

/** A module of the user's, loaded. */
export interface Loaded {
  /** As shown. */
  readonly shown: string;
  /** Which of its exports is meant. */
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Of the module's own files: those it imports by their path, not Heddle's or a package's. */
  readonly digest: string;
}

/**
 * The module that `./file.ts#name` names, without `#` its default export. Its code runs here, outside of every sandbox.
 * Throws OperatorError `no-such-module`, `broken-module`.
 */
export async function loadModule(reference: string): Promise<Loaded> {
  const hash = reference.lastIndexOf('#');
  const file = resolve(hash < 0 ? reference : reference.slice(0, hash));
  const shown = shownPath(file);
  if (!existsSync(file)) {
    throw new OperatorError('no-such-module', `there is no file ${shown}`, {
      hint: 'the path of a module counts from where you are; in your configuration, from that file',
    });
  }
  const exports = await importModule(file, shown);
  return { shown, name: hash < 0 ? 'default' : reference.slice(hash + 1), exports, digest: digestOf(file) };
}

async function importModule(file: string, shown: string): Promise<Readonly<Record<string, unknown>>> {
  await shareLibrary();
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(
      'broken-module',
      `${placeOf(error) ?? shown}: ${messageOf(error).split('\n', 1)[0]}`,
      {
        cause: error,
        hint:
          systemCode(error) === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
            ? 'types are left out of a module, nothing more: no enums, namespaces or parameter properties'
            : 'it must be an ES module that Node can run, in TypeScript or JavaScript',
      },
    );
  }
}

/** Node writes where a module cannot be read before the first line of a stack. */
function placeOf(error: unknown): string | null {
  const [, file, line] =
    (error instanceof Error && /^((?:file:\/\/)?\/.*):(\d+)\n/.exec(error.stack ?? '')) || [];
  if (file === undefined) return null;
  return `${shownPath(file.startsWith('file:') ? fileURLToPath(file) : file)}:${line}`;
}

function digestOf(file: string): string {
  return versionOf({ name: 'module', source: pathToFileURL(file).href }).digest;
}

function shownPath(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}
