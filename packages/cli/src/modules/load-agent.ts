import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AnyAgent } from '@heddle/agent';
import { messageOf, nearestName, OperatorError, systemCode, versionOf } from '@heddle/core';
import { shareLibrary } from './own-library.ts';

export interface LoadedAgent {
  readonly agent: AnyAgent;
  /** Of the module's own files: those it imports by their path, not Heddle's or a package's. */
  readonly digest: string;
}

/**
 * The agent that a module exports: `./agents.ts#reviewer`, without `#` its default export. Its code runs here, outside
 * of every sandbox.
 * Throws OperatorError `no-such-module`, `broken-module`, `no-such-agent`.
 */
export async function loadAgent(reference: string): Promise<LoadedAgent> {
  const hash = reference.lastIndexOf('#');
  const file = resolve(hash < 0 ? reference : reference.slice(0, hash));
  const name = hash < 0 ? 'default' : reference.slice(hash + 1);
  const shown = shownPath(file);
  if (!existsSync(file)) {
    throw new OperatorError('no-such-module', `there is no file ${shown}`, {
      hint: 'the path of a module counts from where you are; in your configuration, from that file',
    });
  }
  const exports = await importModule(file, shown);
  const agents = Object.keys(exports).filter((each) => isAgent(exports[each]));
  if (isAgent(exports[name])) return { agent: exports[name], digest: digestOf(file) };
  const what = name === 'default' ? 'default export' : `export ${name}`;
  const there = Object.hasOwn(exports, name);
  const problem = there ? `the ${what} of ${shown} is no agent` : `${shown} has no ${what}`;
  throw new OperatorError('no-such-agent', problem, { hint: hintFor(shown, name, agents) });
}

function hintFor(file: string, name: string, agents: readonly string[]): string {
  if (agents.length === 0) return 'export what agent(), loopAgent() or a combinator of "heddle" gives';
  const meant = nearestName(name, agents) ?? agents[0]!;
  const all = agents.length === 1 ? '' : `; it has ${agents.join(', ')}`;
  return `write ${file}${meant === 'default' ? '' : `#${meant}`}${all}`;
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

function isAgent(value: unknown): value is AnyAgent {
  return typeof value === 'function' && 'op' in value && 'body' in value;
}

function digestOf(file: string): string {
  return versionOf({ name: 'module', source: pathToFileURL(file).href }).digest;
}

function shownPath(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}
