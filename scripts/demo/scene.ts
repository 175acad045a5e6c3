import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applyPatch, type Bug, plantBug, runSuite, type SuiteResult } from './examples.ts';
import { type Attempt, commandLine, type Sandbox, type Solved, solve } from './heddle.ts';
import { fact, heading, LABEL_WIDTH, paint, patch, quote, say } from './show.ts';

/** What a scene of the demo promises: a verified fix, an honest ending without one, or nothing beforehand. */
export type Promised = 'fix' | 'honest' | 'nothing';

export interface Scene {
  readonly bug: Bug;
  readonly promised: Promised;
  /** How long the rollout may take. */
  readonly seconds: number;
  /** Side by side. */
  readonly attempts: number;
}

export interface Stage {
  /** The checkout. */
  readonly root: string;
  /** Folder for the planted repositories, and patches; they stay, to be looked at. */
  readonly folder: string;
  /** Heddle's data folder. */
  readonly home: string;
  readonly sandbox: Sandbox;
}

export interface Played {
  readonly scene: Scene;
  readonly rollout: string;
  readonly outcome: 'fixed' | 'not fixed';
  /** Kept its promise, and what Heddle claimed was true. */
  readonly ok: boolean;
  readonly seconds: number;
}

/** Shown failing tests; the rest are counted. */
const FAILING_SHOWN = 5;

/** Plays one scene: plants the bug, lets Heddle work, and checks its claim on a clean copy. */
export async function play(stage: Stage, scene: Scene, number: string): Promise<Played> {
  const { bug } = scene;
  const name = `${bug.example}-${bug.slug}`;
  const repo = path.join(stage.folder, 'repositories', name);
  rmSync(repo, { recursive: true, force: true });
  await plantBug(stage.root, bug, repo);

  heading(`${number}: ${bug.example}, ${bug.slug}`);
  say('The task, as somebody reported it:\n');
  quote(bug.task);
  say();
  fact('tests before', describe(await runSuite(repo)));
  say();
  const attempt = await attemptFix(stage, scene, repo);
  if (attempt.kind === 'refused') throw new DemoStopped(attempt.exitCode);
  const { result } = attempt;
  return {
    scene,
    rollout: result.rollout,
    seconds: result.seconds,
    ...(await judge(stage, scene, name, attempt)),
  };
}

/** Heddle could not work at all and has said why. */
export class DemoStopped extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('heddle could not start');
    this.exitCode = exitCode;
  }
}

async function attemptFix(stage: Stage, { bug, seconds, attempts }: Scene, repo: string): Promise<Attempt> {
  const relative = (file: string) => path.relative(stage.root, file);
  const { root, home, sandbox } = stage;
  const settings = {
    taskFile: relative(bug.taskFile),
    repo: relative(repo),
    home,
    sandbox,
    seconds,
    attempts,
  };
  say(paint('cyan', `$ ${commandLine(settings).join(' ')}`));
  return solve(root, settings);
}

async function judge(
  stage: Stage,
  scene: Scene,
  name: string,
  { result, exitCode }: { result: Solved; exitCode: number },
): Promise<Pick<Played, 'outcome' | 'ok'>> {
  say();
  if (!result.verified) {
    fact('outcome', `${paint('yellow', 'not fixed')} (${result.status}, exit code ${exitCode})`);
    for (const line of result.reason.split('\n')) fact('', line);
    showEffort(result);
    return { outcome: 'not fixed', ok: scene.promised !== 'fix' };
  }
  patch(result.patch);
  say();
  const clean = await verifyElsewhere(stage, scene.bug, name, result.patch);
  const ok = clean !== null && clean.failed.length === 0;
  fact('tests after', clean === null ? paint('red', 'the patch does not apply') : describe(clean));
  fact('', 'run by this demo: the patch on a clean copy of the example with the bug');
  fact('outcome', ok ? paint('green', 'fixed, verified') : paint('red', 'claimed as fixed, and it is not'));
  showEffort(result);
  return { outcome: ok ? 'fixed' : 'not fixed', ok };
}

function showEffort(result: Solved): void {
  const probability =
    result.probability === null ? 'not stated' : `${Math.round(result.probability * 100)} %`;
  fact('probability', `${probability} that the patch is right, as Heddle states it`);
  fact('effort', `${result.seconds.toFixed(1)} s, ${result.steps} steps, $${result.costUsd.toFixed(2)}`);
}

/** Null when the patch does not apply. */
async function verifyElsewhere(
  stage: Stage,
  bug: Bug,
  name: string,
  text: string,
): Promise<SuiteResult | null> {
  const clean = path.join(stage.folder, 'verification', name);
  const file = path.join(stage.folder, `${name}.patch`);
  rmSync(clean, { recursive: true, force: true });
  await plantBug(stage.root, bug, clean);
  writeFileSync(file, text);
  try {
    await applyPatch(clean, file);
  } catch {
    return null;
  }
  return runSuite(clean);
}

function describe({ passed, failed }: SuiteResult): string {
  if (failed.length === 0) return paint('green', `all ${passed} pass`);
  const rest = failed.length - FAILING_SHOWN;
  const names = failed.slice(0, FAILING_SHOWN).map((name) => `✗ ${name}`);
  const lines = [...names, ...(rest > 0 ? [`and ${rest} more`] : [])];
  return [`${passed} pass, ${paint('red', `${failed.length} fail`)}`, ...lines].join(
    `\n${' '.repeat(LABEL_WIDTH + 3)}`,
  );
}
