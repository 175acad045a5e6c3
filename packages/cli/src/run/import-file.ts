import { importFile, importHeddle, keepTrajectory, type Trajectory } from '@heddle/lab';
import type { ImportOptions } from '../commands/import.ts';
import { heddleHome, openJournal } from '../home.ts';

interface Brought {
  readonly rollout: string;
  readonly added: boolean;
  readonly agent: string;
  readonly turns: number;
  readonly instance?: string;
  readonly attempt?: number;
  readonly scores?: Readonly<Record<string, number | null>>;
  readonly error?: string | null;
}

/** `heddle import`. */
export async function importInto(file: string, { format, json }: ImportOptions): Promise<void> {
  const found = importFile(file, format);
  const say = (line: string, value: unknown) =>
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${line}\n`);
  if (found.kind === 'predictions') {
    let [patches, empty] = [0, 0];
    for (const { model_patch } of found.predictions) {
      patches += 1;
      if (model_patch === null || model_patch === '') empty += 1;
    }
    say(`${patches} predictions, ${empty} of them empty; they hold no rollouts, so nothing was kept`, {
      format: found.format,
      predictions: patches,
      empty,
    });
    return;
  }
  const store = openJournal(heddleHome());
  if (found.kind === 'heddle') {
    const brought = importHeddle(store, found.path);
    const { rollout, added, rollouts, events, objects, digest } = brought;
    const what = `${rollouts} ${rollouts === 1 ? 'rollout' : 'rollouts'}, ${events} events, ${objects} objects`;
    say(
      `${rollout}  ${added ? 'brought in' : 'was here already'}: ${what}, digest ${digest.slice(0, 12)}`,
      brought,
    );
    return;
  }
  const keep = (trajectory: Trajectory, more: Partial<Brought> = {}): void => {
    const { rollout, added, turns } = keepTrajectory(store, trajectory, `${found.format} file`);
    const brought: Brought = { rollout, added, turns, agent: trajectory.head.agent.name, ...more };
    const scores = Object.entries(more.scores ?? {}).map(([name, value]) => `${name} ${value ?? 'unscored'}`);
    const instance = more.instance === undefined ? [] : [`${more.instance} #${more.attempt}`];
    const head = `${rollout}  ${added ? 'brought in' : 'was here already'}: ${brought.agent}, ${turns} turns`;
    say([head, ...instance, ...scores].join(', '), brought);
  };
  if (found.kind === 'trajectories') for (const trajectory of found.trajectories) keep(trajectory);
  else
    for (const { trajectory, instance, attempt, scores, error } of found.log.trials())
      keep(trajectory, { instance, attempt, scores, error });
}
