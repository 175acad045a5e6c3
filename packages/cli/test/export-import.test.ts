import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { recordedRollout } from './recorded.ts';
import { heddle, temporaryFolder } from './support.ts';

/** A data folder with one rollout, recorded by hand. */
function recordedHome(): { home: string; rollout: string } {
  const home = temporaryFolder();
  const store = openStore(join(home, 'journal.db'));
  const [first, ...rest] = recordedRollout(store.objects);
  const { rollout, event, at } = first!;
  store.create({ rollout, parent: null, createdAt: at }, { event, at });
  for (const each of rest) store.append(rollout, each.position, each.event, each.at);
  store.close();
  return { home, rollout };
}

describe('heddle export and import', () => {
  it('move a rollout to another store, and read what they wrote', { timeout: 180_000 }, async () => {
    const { home, rollout } = recordedHome();
    const folder = temporaryFolder();
    const file = join(folder, 'rollout.jsonl');
    expect(await heddle(['export', rollout, '-f', 'heddle', '-o', file], { home })).toMatchObject({
      code: 0,
      stdout: '',
    });
    const other = temporaryFolder();
    const brought = await heddle(['import', file], { home: other });
    expect(brought.stdout).toContain(`${rollout}  brought in`);
    const shown = await heddle(['show', rollout, '--json'], { home: other });
    expect(JSON.parse(shown.stdout)).toEqual(
      JSON.parse((await heddle(['show', rollout, '--json'], { home })).stdout),
    );

    const atif = await heddle(['export', 'last', '--format', 'atif'], { home });
    expect(JSON.parse(atif.stdout)).toMatchObject({ schema_version: 'ATIF-v1.7', trajectory_id: rollout });
    writeFileSync(join(folder, 'trajectory.json'), atif.stdout);
    const kept = await heddle(['import', join(folder, 'trajectory.json'), '--json'], { home: other });
    const { rollout: id, turns } = JSON.parse(kept.stdout) as { rollout: string; turns: number };
    expect(turns).toBe(4);
    expect((await heddle(['show', id], { home: other })).stdout).toContain('The loop starts at 1');

    const log = join(folder, 'logs/');
    await heddle(['export', rollout, '--format', 'inspect', '--output', log], { home });
    expect(existsSync(join(log, `${rollout}.eval`))).toBe(true);
    expect(
      readFileSync(join(log, `${rollout}.eval`))
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });

  it.each([
    [['export', 'last'], 'an export needs a --format'],
    [['export', 'last', '--format', 'what'], 'there is no format what'],
    [['export', 'last', '--format', 'atif'], 'there is no rollout'],
    [['export', 'abc', '--format', 'atif'], 'there is neither a rollout nor an experiment abc'],
    [['export', 'abc', '--format', 'csv'], 'there is no experiment abc'],
    [['export', 'last', '--to', 'nowhere'], 'nowhere is no address'],
    [['export', 'last', '--to', 'weave'], 'weave needs WANDB_API_KEY'],
    [['import', '/nothing/here.json'], 'there is no file'],
  ])('%j says what is wrong', async (args, what) => {
    const { code, stderr } = await heddle(args, { env: { WANDB_API_KEY: '' } });
    expect(stderr).toContain(what);
    expect(code).toBe(2);
  });
});
