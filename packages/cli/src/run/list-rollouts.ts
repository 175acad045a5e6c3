import { overviewsOf } from '@heddle/agent';
import type { ListChoice } from '../commands/list.ts';
import { loadConfig } from '../config/load.ts';
import { heddleHome, openJournal } from '../home.ts';
import { rolloutTable } from '../render/rollout-table.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle list`. */
export async function listRollouts({ json, limit, all }: ListChoice): Promise<void> {
  const config = await loadConfig(null);
  const store = openJournal(heddleHome());
  const listed = overviewsOf(store, config, {
    parts: all === true,
    ...(limit === undefined ? {} : { limit }),
  });
  if (json) {
    const rows = listed.map(({ overview, within }) => {
      const part = within === null ? {} : { within };
      if (overview.status === 'unreadable')
        return { rollout: overview.rollout, status: overview.status, reason: overview.reason };
      const { rollout, status, task, verified, seconds, costUsd } = overview;
      return { rollout, status, task, verified, seconds, costUsd, ...part };
    });
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const others = listed.length === 0 && overviewsOf(store, config, { parts: true, limit: 1 }).length > 0;
  process.stdout.write(rolloutTable(listed, { ...terminalOf(process.stdout), now: Date.now(), others }));
}
