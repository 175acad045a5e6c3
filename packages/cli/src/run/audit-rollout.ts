import { audit } from '@heddle/agent';
import type { AuditChoice } from '../commands/audit.ts';
import { heddleHome, openJournal } from '../home.ts';
import { pickRollout } from '../pick-rollout.ts';

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
  const [{ auditText }, { terminalOf }] = await Promise.all([
    import('../render/audit-text.ts'),
    import('../terminal.ts'),
  ]);
  process.stdout.write(auditText(report, terminalOf(process.stdout)));
}
