import { waiting } from '@heddle/models';
import { heddleHome, openJournal } from '../home.ts';
import { contextsOf } from '../relay-context.ts';
import { requestTable } from '../render/request-table.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle relay list`. */
export async function listRequests(options: { json?: true }): Promise<void> {
  const home = heddleHome();
  const store = openJournal(home);
  const entries = await waiting(home);
  const contexts = contextsOf(store, entries);
  const rows = entries.map(({ id, label, askedAt, stale }) => {
    return { id, label, askedAt, stale, ...contexts.get(id)! };
  });
  process.stdout.write(
    options.json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : requestTable(rows, { ...terminalOf(process.stdout), now: Date.now() }),
  );
}
