import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUGGY, heddle, repository, SOLVING, scripted, temporaryFolder } from './support.ts';

/** A copy that nobody has touched for longer than any is kept. */
function leftover(home: string): string {
  const folder = join(home, 'work', 'replay-1t6x');
  mkdirSync(folder, { recursive: true });
  utimesSync(folder, 0, 0);
  return folder;
}

test('solve removes what killed processes left', async () => {
  const home = temporaryFolder();
  const folder = leftover(home);
  const args = ['solve', 'x', '--model', scripted(SOLVING), '--sandbox', 'host', '--quiet'];
  expect((await heddle(args, { home, cwd: repository(BUGGY) })).code).toBe(0);
  expect(existsSync(folder)).toBe(false);
});

test('doctor does too, and says so', async () => {
  const home = temporaryFolder();
  leftover(home);
  const about = async () =>
    JSON.parse((await heddle(['doctor', '--json'], { home })).stdout).find(
      (finding: { about: string }) => finding.about === 'leftovers',
    );
  expect(await about()).toMatchObject({ state: 'ok', text: 'copies of killed processes removed: 1' });
  expect(await about()).toBeUndefined();
});
