import { audit } from '@heddle/agent';
import type { AuditChoice } from '../commands/audit.ts';
import { heddleHome, openJournal } from '../home.ts';
import { pickRollout } from '../pick-rollout.ts';
import { auditText } from '../render/audit-text.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle audit`. */
export async function auditRollout(given: string, options: AuditChoice): Promise<void> {
  const home = heddleHome();
  const store = openJournal(home);
  const report = await audit(store, pickRollout(store, given), home);
  process.exitCode = report.clean ? 0 : 1;
  if (options.json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  process.stdout.write(auditText(report, terminalOf(process.stdout)));
}
