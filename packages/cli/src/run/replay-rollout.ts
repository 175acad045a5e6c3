import { replay } from '@heddle/agent';
import { EXIT, type ExitCode } from '@heddle/core';
import type { ReplayChoice } from '../commands/replay.ts';
import { heddleHome, openJournal } from '../home.ts';
import { pickRollout } from '../pick-rollout.ts';
import { replayText } from '../render/replay-text.ts';
import { openView } from '../render/view.ts';

/** `heddle replay`. Gives the exit code. */
export async function replayRollout(given: string, { exec, json, quiet }: ReplayChoice): Promise<ExitCode> {
  const home = heddleHome();
  const store = openJournal(home);
  const rollout = pickRollout(store, given);
  const view = await openView(process.stderr, { quiet: quiet === true });
  const result = await replay({ rollout, execute: exec }, { store, home, observer: view }).finally(() =>
    view.end(),
  );
  if (json) process.stdout.write(`${JSON.stringify({ rollout, ...result }, null, 2)}\n`);
  else process.stdout.write(replayText(rollout, result));
  return result.identical ? EXIT.solved : EXIT.notVerified;
}
