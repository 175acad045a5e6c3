import { EXIT } from '@heddle/core';
import { Command } from 'commander';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what works on this machine, what was chosen and why')
    .option('--json', 'print the findings as an array')
    .addHelpText(
      'after',
      `
Exit code 0: Heddle can work here; 2: something it needs is missing.

Example:
  $ heddle doctor`,
    )
    .action(doctor);
}

async function doctor(options: { json?: true }): Promise<void> {
  const [{ examine }, { findingsText }, { terminalOf }] = await Promise.all([
    import('../doctor/examine.ts'),
    import('../render/findings-text.ts'),
    import('../terminal.ts'),
  ]);
  const findings = await examine();
  process.stdout.write(
    options.json
      ? `${JSON.stringify(findings, null, 2)}\n`
      : findingsText(findings, terminalOf(process.stdout)),
  );
  if (findings.some(({ state }) => state === 'missing')) process.exitCode = EXIT.usage;
}
