import { Command } from 'commander';

export interface AuditChoice {
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
    .action(audit);
}

async function audit(given: string, options: AuditChoice): Promise<void> {
  await (await import('../run/audit-rollout.ts')).auditRollout(given, options);
}
