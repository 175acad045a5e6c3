import type { Workspace } from '@heddle/workspace';
import { runOwn } from './own-command.ts';
import { quote } from './placed.ts';

/** Where a Harbor grader writes what it found, in a container of its own. */
const LOGS = '/logs/verifier';

/**
 * Runs an instance's own grader with its tests at `/tests` where that can be written, and in any case at `$TESTS_DIR`;
 * its findings go to `$VERIFIER_LOGS_DIR`, which is `/logs/verifier` where that can be made.
 */
export function rewardCommand(command: string, testsFolder: string): string {
  return `export TESTS_DIR=${quote(testsFolder)}
rm -rf /tests ${LOGS} "$HOME/verifier" 2>/dev/null
mkdir -p /tests 2>/dev/null && cp -R "$TESTS_DIR"/. /tests/ 2>/dev/null && export TESTS_DIR=/tests
export VERIFIER_LOGS_DIR=${LOGS}
mkdir -p "$VERIFIER_LOGS_DIR" 2>/dev/null || { export VERIFIER_LOGS_DIR="$HOME/verifier"; mkdir -p "$VERIFIER_LOGS_DIR"; }
${command}`;
}

/** The main reward: of a map, what it calls `reward`, else the mean. Null: the grader wrote none, or nothing readable. */
export async function rewardOf(workspace: Workspace): Promise<number | null> {
  const read = async (name: string) => {
    const { exitCode, output } = await runOwn(
      workspace,
      `cat ${LOGS}/${name} 2>/dev/null || cat "$HOME/verifier/${name}" 2>/dev/null`,
    );
    return exitCode === 0 ? output.trim() : null;
  };
  const text = await read('reward.txt');
  if (text !== null && text !== '' && Number.isFinite(Number(text))) return Number(text);
  const json = await read('reward.json');
  return json === null ? null : rewardIn(json);
}

function rewardIn(json: string): number | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null) return null;
  if ('reward' in value && typeof value.reward === 'number') return value.reward;
  const numbers = Object.values(value).filter((each): each is number => typeof each === 'number');
  return numbers.length === 0 ? null : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
