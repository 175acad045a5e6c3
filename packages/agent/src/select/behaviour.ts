import {
  type CodeSymbol,
  isTestFile,
  languageOf,
  probeFor,
  readProbe,
  steadyResults,
  symbolsOf,
} from '@heddle/code';
import { digestOf } from '@heddle/core';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import { listFiles, textOf } from '../workspace-texts.ts';
import { UNSTEADY } from './matrix.ts';
import type { Candidate } from './selector.ts';
import type { Test } from './tests.ts';

/** Functions looked at: a change worth comparing by what it does is in few places, and each costs a run a candidate. */
const MAX_FUNCTIONS = 6;
/** Texts in which calls are looked for. */
const MAX_CALLERS = 40;
/** Hexadecimal digits of what one call did: two of some hundred results are hardly ever taken for one. */
const TOKEN_DIGITS = 6;

interface ChangedFile {
  readonly path: string;
  readonly before: string;
  /** What candidates made of it. */
  readonly after: readonly string[];
}

/**
 * Functions that candidates changed, and those beside them that call these, as tests: each is called with inputs made up
 * from its signature and from calls found in the repository, and what comes of each call is kept. Only where there are
 * several candidates to compare.
 */
export async function behaviours(
  run: Run,
  candidates: readonly Candidate[],
  start: AgentState,
): Promise<Test[]> {
  if (candidates.length < 2) return [];
  const files = await changedFiles(run, candidates, start);
  const callers = await testTexts(run, start);
  const tests: Test[] = [];
  for (const { path, before, after } of files) {
    const language = languageOf(path);
    if (language === null) continue;
    const names = await changedFunctions(language, before, after);
    for (const name of names) {
      if (tests.length === MAX_FUNCTIONS) return tests;
      const probe = await probeFor({
        path,
        text: before,
        name: name.split('.'),
        callers,
        seed: run.settings.seed,
      });
      if (probe === null || probe.inputs === 0) continue;
      tests.push({
        name: `behaviour of ${name} in ${path}`,
        kind: 'behaviour',
        by: null,
        files: [],
        command: probe.command,
        stdin: probe.program,
        timeoutSeconds: probe.timeoutSeconds,
        read: tokensOf,
      });
    }
  }
  return tests;
}

/** A token for each call; undefined: it did not come so far. */
function tokensOf(first: string, second: string): string | undefined {
  const [one, two] = [readProbe(first), readProbe(second)];
  if (one === null || two === null) return undefined;
  return steadyResults(one, two)
    .map((result) => (result === null ? UNSTEADY : digestOf(result).slice(0, TOKEN_DIGITS)))
    .join(' ');
}

async function changedFiles(
  { ground }: Run,
  candidates: readonly Candidate[],
  start: AgentState,
): Promise<ChangedFile[]> {
  const found = new Map<string, { before: string; after: string[] }>();
  for (const { end } of candidates) {
    for (const { path, before, after, binary } of await ground.workspace.contents(
      start.snapshot,
      end.snapshot,
    )) {
      if (binary || before === null || after === null || isTestFile(path)) continue;
      const known = found.get(path) ?? { before, after: [] };
      known.after.push(after);
      found.set(path, known);
    }
  }
  return [...found].map(([path, texts]) => ({ path, ...texts }));
}

/** Names of functions whose text some candidate changed, then of those that call them, in the order of the file. */
async function changedFunctions(
  language: NonNullable<ReturnType<typeof languageOf>>,
  before: string,
  after: readonly string[],
): Promise<string[]> {
  const { symbols, uses } = await symbolsOf(language, before);
  const functions = symbols.filter(({ kind }) => kind === 'function' || kind === 'method');
  const was = new Map(functions.map((symbol) => [nameOf(symbol), bodyOf(symbol, before)]));
  const changed = new Set<string>();
  for (const text of after) {
    const now = new Map(
      (await symbolsOf(language, text)).symbols.map((symbol) => [nameOf(symbol), bodyOf(symbol, text)]),
    );
    for (const [name, body] of was) if (now.get(name) !== body) changed.add(name);
  }
  const order = functions.filter((symbol) => changed.has(nameOf(symbol)));
  // A method or a helper that cannot be called by itself shows through its callers.
  for (let added = true; added; ) {
    added = false;
    for (const caller of functions) {
      if (order.includes(caller)) continue;
      const calls = order.some((callee) =>
        uses.get(callee.name)?.some((line) => line >= caller.from && line <= caller.to),
      );
      if (!calls) continue;
      order.push(caller);
      added = true;
    }
  }
  return order.map(nameOf);
}

function nameOf({ container, name }: CodeSymbol): string {
  return container === '' ? name : `${container}.${name}`;
}

function bodyOf({ from, to }: CodeSymbol, text: string): string {
  return text
    .split('\n')
    .slice(from - 1, to)
    .join('\n');
}

async function testTexts({ ground }: Run, start: AgentState): Promise<{ path: string; text: string }[]> {
  const fork = await ground.workspace.fork(start.snapshot);
  try {
    const paths = (await listFiles(fork)).filter(isTestFile).slice(0, MAX_CALLERS);
    const texts = await Promise.all(paths.map(async (path) => ({ path, text: await textOf(fork, path) })));
    return texts.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]));
  } finally {
    await fork.dispose();
  }
}
