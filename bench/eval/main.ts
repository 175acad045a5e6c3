import { parseArgs } from 'node:util';
import { tableOf } from '../table.ts';

/**
 * What the lab promises, measured. Ends with 1 if anything does not add up.
 *
 *   npm run bench:eval -- kills [--instances 100] [--kills 10] [--parallel 4]
 *   npm run bench:eval -- size [--events 1000000]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    instances: { type: 'string', default: '100' },
    kills: { type: 'string', default: '10' },
    parallel: { type: 'string', default: '4' },
    events: { type: 'string', default: '1000000' },
  },
});
const progress = (line: string) => process.stderr.write(`${line}\n`);

switch (positionals[0]) {
  case 'kills': {
    const { kills } = await import('./kills.ts');
    const report = await kills({
      instances: Number(values.instances),
      kills: Number(values.kills),
      parallel: Number(values.parallel),
      progress,
    });
    const { server, ledger, lost, seconds } = report;
    const tokens = (each: { input: number; output: number }) => `${each.input} in, ${each.output} out`;
    process.stdout.write(
      tableOf([
        { what: 'rollouts', value: report.rollouts },
        { what: 'kill -9, with trials under way', value: `${report.kills}, ${report.inTheMiddle}` },
        { what: 'replies of the server', value: `${server.replies}: ${tokens(server)} tokens` },
        { what: 'in the ledger', value: `${tokens(ledger)} tokens` },
        { what: 'lost in kills', value: `${lost.replies}: ${tokens(lost)} tokens` },
        { what: 'solved', value: report.solved.join(' and ') },
        {
          what: 'seconds, undisturbed and killed',
          value: `${seconds.undisturbed.toFixed(0)} and ${seconds.killed.toFixed(0)}`,
        },
        { what: 'faults', value: report.faults.join('; ') || 'none: the same table' },
      ]),
    );
    process.exitCode = report.faults.length === 0 ? 0 : 1;
    break;
  }
  case 'size': {
    const { size } = await import('./size.ts');
    process.stdout.write(tableOf(await size({ events: Number(values.events), progress })));
    break;
  }
  default:
    process.stderr.write('what? kills or size\n');
    process.exitCode = 2;
}
