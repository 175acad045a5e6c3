import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openStore, type Store } from '@heddle/core';
import type { Instance } from '../../src/instance.ts';
import { type ScoreEnd, type ScoreOptions, scoreTrials } from '../../src/scorers/score-trials.ts';
import type { TrialResult } from '../../src/trial-result.ts';
import type { TrialScorer } from '../../src/trial-scorer.ts';
import type { Verdict } from '../../src/verdict.ts';

export type Files = Readonly<Record<string, string>>;

/** The git patch from some files to others; null: it is gone. */
export function patchOf(before: Files, changes: Readonly<Record<string, string | null>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-patch-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  try {
    git('init', '--quiet');
    for (const [path, text] of Object.entries(before)) put(path, text);
    git('add', '-A');
    git('commit', '--quiet', '--allow-empty', '-m', 'base');
    for (const [path, text] of Object.entries(changes)) {
      if (text === null) rmSync(join(folder, path));
      else put(path, text);
    }
    git('add', '-A');
    return git('diff', '--cached', 'HEAD');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function instanceOf(files: Files, rest: Partial<Instance> = {}): Instance {
  return {
    id: 'one',
    cluster: 'repo',
    statement: 'Sums leave out the first number.',
    files: { kind: 'inline', files },
    checks: [],
    grading: {
      kind: 'tests',
      testPatch: '',
      files: {},
      command: 'true',
      timeoutSeconds: 60,
      parser: 'exit-code',
      failToPass: ['tests'],
      passToPass: [],
    },
    gold: null,
    environment: null,
    meta: {},
    ...rest,
  };
}

export interface KeptTrial {
  readonly agent?: string;
  readonly instance: Instance;
  readonly attempt?: number;
  readonly patch: string;
  readonly verdict?: Partial<Verdict> | null;
  readonly result?: Partial<TrialResult>;
  /** Not graded yet. */
  readonly due?: boolean;
}

/** An experiment as it lies in a store after its run. */
export class Kept {
  readonly store: Store;
  readonly home: string;
  readonly experiment = 'x1';
  readonly #instances = new Map<string, Instance>();

  constructor(trials: readonly KeptTrial[]) {
    this.home = mkdtempSync(join(tmpdir(), 'heddle-scores-'));
    this.store = openStore(join(this.home, 'journal.db'));
    const keys = trials.map(({ agent = 'a', instance, attempt = 1 }, order) => ({
      agent,
      instance: instance.id,
      attempt,
      order,
    }));
    this.store.experiments.plan({ experiment: this.experiment, name: 'kept', createdAt: 0, plan: '' }, keys);
    for (const [at, { instance, patch, verdict = {}, result = {}, due }] of trials.entries()) {
      this.#instances.set(instance.id, instance);
      if (due === true) continue;
      const { order: _, ...name } = keys[at]!;
      const key = { experiment: this.experiment, ...name };
      const rollout = `r${at}`;
      this.store.experiments.begin(key, rollout);
      const whole = verdict === null ? null : { ...VERDICT, ...verdict };
      this.store.experiments.grade(key, rollout, {
        ...RESULT,
        resolved: whole?.resolved ?? null,
        patchDigest: this.store.objects.put(patch),
        verdictDigest: this.store.objects.put(JSON.stringify(whole)),
        ...result,
      });
    }
  }

  score(scorers: readonly TrialScorer[], more: Partial<ScoreOptions> = {}): Promise<ScoreEnd> {
    return scoreTrials({
      store: this.store,
      home: this.home,
      experiment: this.experiment,
      scorers,
      instance: (id) => this.#instances.get(id),
      signal: new AbortController().signal,
      ...more,
    });
  }

  /** Of the first trial: name -> value, or why there is none. */
  get scores(): Readonly<Record<string, number | string>> {
    return Object.fromEntries(
      this.store.experiments.scores(this.experiment).map(({ scorer, value, why }) => [scorer, value ?? why]),
    );
  }

  get whys(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.store.experiments.scores(this.experiment).map(({ scorer, why }) => [scorer, why]),
    );
  }

  close(): void {
    this.store.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

const VERDICT: Verdict = {
  resolved: true,
  reward: 1,
  patch: 'applied',
  tests: null,
  infra: null,
  output: '',
  seconds: 1,
};

const RESULT: TrialResult = {
  status: 'solved',
  resolved: true,
  reward: 1,
  probability: null,
  usd: 0.1,
  inputTokens: 1,
  outputTokens: 1,
  cachedTokens: 0,
  steps: 1,
  seconds: 1,
  gradeSeconds: 1,
  patch: 'applied',
  patchDigest: '',
  verdictDigest: '',
  infra: null,
  flags: [],
};
