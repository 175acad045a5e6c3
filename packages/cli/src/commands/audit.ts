import { Command } from 'commander';

interface Options {
  readonly json?: true;
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('look at all a rollout did: effects, refusals, signs of tampering')
    .argument('[rollout]', 'id, the beginning of one, or `last`', 'last')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Judged from the journal and the kept snapshots, whatever mode it ran in.
Exit codes: 0 clean, 1 there are findings, 2 usage or prerequisite.

Examples:
  $ heddle audit
  $ heddle audit 1t6x9 --json | jq '.tampering[].reason'`,
    )
    .action(runAudit);
}

async function runAudit(given: string, options: Options): Promise<void> {
  const [{ heddleHome, openJournal }, { pickRollout }, { audit }] = await Promise.all([
    import('../home.ts'),
    import('../pick-rollout.ts'),
    import('@heddle/agent'),
  ]);
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
