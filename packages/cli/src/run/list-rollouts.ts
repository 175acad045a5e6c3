import type { ListChoice } from '../commands/list.ts';
import { loadConfig } from '../config/load.ts';
import { heddleHome, openJournal } from '../home.ts';
import { overviewsOf } from '../overview.ts';
import { rolloutTable } from '../render/rollout-table.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle list`. */
export async function listRollouts({ json, limit }: ListChoice): Promise<void> {
  const config = await loadConfig(null);
  const store = openJournal(heddleHome());
  const overviews = overviewsOf(store, config, limit === undefined ? {} : { limit });
  if (json) {
    const rows = overviews.map((row) => {
      if (row.status === 'unreadable')
        return { rollout: row.rollout, status: row.status, reason: row.reason };
      const { rollout, status, task, verified, seconds, costUsd } = row;
      return { rollout, status, task, verified, seconds, costUsd };
    });
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  process.stdout.write(rolloutTable(overviews, { ...terminalOf(process.stdout), now: Date.now() }));
}
