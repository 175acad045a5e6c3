import { waiting } from '@heddle/models';
import { heddleHome, openJournal } from '../home.ts';
import { contextOf } from '../relay-context.ts';
import { requestTable } from '../render/request-table.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle relay list`. */
export async function listRequests(options: { json?: true }): Promise<void> {
  const home = heddleHome();
  const store = openJournal(home);
  const rows = (await waiting(home)).map((entry) => {
    const { id, label, askedAt, stale } = entry;
    return { id, label, askedAt, stale, ...contextOf(store, entry) };
  });
  process.stdout.write(
    options.json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : requestTable(rows, { ...terminalOf(process.stdout), now: Date.now() }),
  );
}
