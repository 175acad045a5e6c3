import type { AnyAgent } from '@heddle/agent';
import { nearestName, OperatorError } from '@heddle/core';
import { loadModule } from './import-module.ts';

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
  const { shown, name, exports, digest } = await loadModule(reference);
  const agents = Object.keys(exports).filter((each) => isAgent(exports[each]));
  if (isAgent(exports[name])) return { agent: exports[name], digest };
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

function isAgent(value: unknown): value is AnyAgent {
  return typeof value === 'function' && 'op' in value && 'body' in value;
}
