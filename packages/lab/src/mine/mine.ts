import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { canonicalJson, digestOf, OperatorError } from '@heddle/core';
import type { SandboxKind } from '@heddle/workspace';
import * as z from 'zod/mini';
import { parseJson, parseRecord } from '../datasets/records.ts';
import { parserNamed } from '../harness/parsers/registry.ts';
import { seal } from '../harness/seal.ts';
import type { Environment, Instance } from '../instance.ts';
import { type Candidate, type CandidateRules, candidateOf, DEFAULT_RULES } from './candidates.ts';
import { dependenciesOf, LINK_MODULES } from './dependencies.ts';
import { type Commit, historyOf, nameOfRepository, patchBetween } from './history.ts';
import { MinedFile, type MinedLine } from './mined-file.ts';
import { type Issue, statementOf } from './statement.ts';
import { sweRecord } from './swe-record.ts';
import { givenCommand, type TestCommand, testCommandIn } from './test-command.ts';
import { verify } from './verify.ts';

export interface MineOptions {
  /** A clone with its history. Only ever read. */
  readonly repository: string;
  /** JSONL of instances; what is in it stays. Beside it `FILE.census.jsonl` says how far mining has come. */
  readonly out: string;
  readonly home: string;
  readonly rules: CandidateRules;
  readonly sandbox?: SandboxKind | 'auto';
  readonly signal?: AbortSignal;
  /** Stop when so many are kept. */
  readonly limit?: number;
  readonly since?: string;
  readonly issues?: ReadonlyMap<number, Issue>;
  /** Runs of each side. */
  readonly runs: number;
  /** Of one run of the tests. */
  readonly timeoutSeconds: number;
  /** What starts the tests; without it each commit's own files say. */
  readonly test?: { readonly command: string; readonly parser?: string };
  readonly environment?: Environment;
  readonly setup?: { readonly command: string; readonly network: boolean };
  /** Also written: the records in SWE-bench's form. */
  readonly sweBench?: string;
  onCommit?(line: MinedLine, progress: MineProgress): void;
}

/** What is done where nothing else is asked for. Three runs find a test that fails every second time in 7 of 8 cases. */
export const DEFAULT_MINING = { rules: DEFAULT_RULES, runs: 3, timeoutSeconds: 120 } as const;

export interface MineProgress {
  readonly looked: number;
  readonly commits: number;
  readonly kept: number;
}

/** Reason -> how many commits; `kept` among them. */
export type MineCensus = ReadonlyMap<string, number>;

/**
 * Instances from a repository's own history: each fix whose commit brings tests, verified by running those tests without
 * and with it (the way SWE-bench was made, Jimenez et al. 2024). Newest first; goes on where an earlier call ended.
 * Throws OperatorError `not-a-repository`, `unreadable-history`, `mined-otherwise`, `setup-failed`, `unknown-runner`, `no-such-parser`.
 */
export async function mine(options: MineOptions): Promise<MineCensus> {
  const { rules, limit = Number.POSITIVE_INFINITY, signal, onCommit } = options;
  const repository = resolve(options.repository);
  if (!existsSync(repository)) {
    throw new OperatorError('not-a-repository', `there is nothing at ${repository}`, {
      hint: 'give a clone',
    });
  }
  if (options.test !== undefined) parserNamed(givenCommand(options.test.command, options.test.parser).parser);
  const commits = await historyOf(repository, options.since);
  const mined = new MinedFile(`${options.out}.census.jsonl`, rulesDigest(options));
  const miner = new Miner(repository, options, await surroundings(repository, commits, options));
  const census = new Map<string, number>();
  for (const [index, commit] of commits.entries()) {
    signal?.throwIfAborted();
    const kept = census.get('kept') ?? 0;
    if (kept >= limit) break;
    const known = mined.of(commit.id);
    const line = known ?? (await judged(commit, rules, miner));
    if (known === null) mined.add(line);
    census.set(line.outcome, (census.get(line.outcome) ?? 0) + 1);
    onCommit?.(line, { looked: index + 1, commits: commits.length, kept: census.get('kept') ?? 0 });
  }
  return census;
}

async function judged(commit: Commit, rules: CandidateRules, miner: Miner): Promise<MinedLine> {
  const subject = commit.message.split('\n', 1)[0]!;
  const candidate = candidateOf(commit, rules);
  const { outcome, why } =
    typeof candidate === 'string' ? { outcome: candidate, why: '' } : await miner.try(candidate);
  return { commit: commit.id, subject, outcome, why };
}

/** What decides which instances come out; where they go and how many are wanted does not. */
function rulesDigest({
  rules,
  since,
  issues,
  runs,
  timeoutSeconds,
  test,
  environment,
  setup,
}: MineOptions): string {
  const linked = issues && [...issues.values()];
  return digestOf(canonicalJson({ rules, since, linked, runs, timeoutSeconds, test, environment, setup }));
}

interface Surroundings {
  readonly name: string;
  readonly environment: Environment | null;
}

async function surroundings(
  repository: string,
  commits: readonly Commit[],
  options: MineOptions,
): Promise<Surroundings> {
  const name = await nameOfRepository(repository, basename(repository));
  if (options.environment !== undefined) return { name, environment: options.environment };
  const { home, sandbox, signal, setup } = options;
  const commit = commits[0]?.id;
  if (commit === undefined) return { name, environment: null };
  const environment = await dependenciesOf({
    repository,
    home,
    commit,
    network: setup?.network === true,
    ...(setup && { setup: setup.command }),
    ...(sandbox && { sandbox }),
    ...(signal && { signal }),
  });
  return { name, environment };
}

type Tried = { readonly outcome: string; readonly why: string };

class Miner {
  readonly #repository: string;
  readonly #options: MineOptions;
  readonly #around: Surroundings;
  /** Of what is in the file already. */
  readonly #ids = new Set<string>();
  readonly #commits = new Set<string>();

  constructor(repository: string, options: MineOptions, around: Surroundings) {
    this.#repository = repository;
    this.#options = options;
    this.#around = around;
    for (const { id, meta } of keptIn(options.out)) {
      this.#ids.add(id);
      this.#commits.add(String(meta.fix_commit));
    }
  }

  async try(candidate: Candidate): Promise<Tried> {
    // Written, and then the process was stopped before it could say so.
    if (this.#commits.has(candidate.commit.id)) return { outcome: 'kept', why: '' };
    const draft = await this.#draft(candidate);
    if ('outcome' in draft) return draft;
    const { home, sandbox, signal, runs } = this.#options;
    const id = `mine-${candidate.commit.id.slice(0, 12)}`;
    const proof = await verify(draft, {
      home,
      id,
      runs,
      ...(sandbox && { sandbox }),
      ...(signal && { signal }),
    });
    if ('unproven' in proof) return { outcome: proof.unproven, why: proof.why };
    const { failToPass, passToPass, flaky, seconds } = proof;
    this.#write({
      ...draft,
      grading: { ...draft.grading, failToPass, passToPass },
      meta: { ...draft.meta, flaky: flaky.length, test_seconds: Math.round(seconds * 10) / 10 },
    } as Instance);
    return { outcome: 'kept', why: `${failToPass.length} to make pass, ${passToPass.length} to keep` };
  }

  /** All of an instance but what its tests prove. */
  async #draft(candidate: Candidate): Promise<Instance | Tried> {
    const { commit, base, testPaths, otherPaths } = candidate;
    const between = (paths: readonly string[]) =>
      patchBetween(this.#repository, { from: base, to: commit.id, paths });
    const [testPatch, gold] = await Promise.all([between(testPaths), between(otherPaths)]);
    const asked = statementOf(commit.message, { patch: gold, issues: this.#options.issues ?? new Map() });
    if (asked === null) return { outcome: 'says too little', why: commit.message.split('\n', 1)[0]! };
    const files = { kind: 'commit', repository: this.#repository, commit: base } as const;
    const test = await this.#testCommand(commit.id);
    if (test === null) return { outcome: 'no test command', why: '' };
    const { timeoutSeconds } = this.#options;
    const command = `${LINK_MODULES}${test.command}`;
    return {
      id: this.#idOf(commit),
      cluster: this.#around.name,
      statement: `${asked.text}\n\nMake this change. The tests for it are held back; those that are there must go on passing.`,
      files,
      checks: [{ name: 'test', command, framework: test.framework, timeoutSeconds }],
      grading: {
        kind: 'tests',
        testPatch,
        files: {},
        command,
        timeoutSeconds,
        parser: test.parser,
        failToPass: [],
        passToPass: [],
      },
      gold,
      environment: this.#around.environment,
      meta: {
        repo: this.#around.name,
        base_commit: base,
        fix_commit: commit.id,
        created_at: commit.date,
        language: candidate.language,
        issue: asked.issue,
        source_lines: candidate.sourceLines,
      },
    };
  }

  /** By the files of the fix: a test script of that time knows its tests. */
  async #testCommand(commit: string): Promise<TestCommand | null> {
    const { test, home } = this.#options;
    if (test !== undefined) return givenCommand(test.command, test.parser);
    const { folder } = await seal({ kind: 'commit', repository: this.#repository, commit }, home);
    return testCommandIn(folder);
  }

  #idOf({ id, message }: Commit): string {
    const number = /#(\d+)\)?\s*$/.exec(message.split('\n', 1)[0]!)?.[1];
    const name = this.#around.name.replace('/', '__');
    const own = `${name}-${number ?? id.slice(0, 8)}`;
    return this.#ids.has(own) ? `${name}-${id.slice(0, 8)}` : own;
  }

  #write(instance: Instance): void {
    const { out, sweBench } = this.#options;
    this.#ids.add(instance.id);
    const repository = relative(dirname(resolve(out)), this.#repository) || '.';
    appendFileSync(out, `${JSON.stringify({ ...instance, files: { ...instance.files, repository } })}\n`);
    if (sweBench !== undefined) appendFileSync(sweBench, `${JSON.stringify(sweRecord(instance))}\n`);
  }
}

const keptSchema = z.object({ id: z.string(), meta: z.record(z.string(), z.unknown()) });

/** The instances of an output file, made if there is none; a last line that was cut short is taken away. */
function keptIn(file: string): z.infer<typeof keptSchema>[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return lines.map((line, index) => {
    const spot = { file, line: index + 1 };
    return parseRecord(keptSchema, { value: parseJson(line, spot), spot });
  });
}
