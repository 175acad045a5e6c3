import { parseArgs } from 'node:util';
import { NO_POSTGRES } from '../../packages/core/test/postgres-server.ts';
import { tableOf } from '../table.ts';
import { type Side, show } from './show.ts';

/**
 * One experiment by one process on a file and by several workers on a PostgreSQL server of its own, undisturbed and with
 * two of them killed and one cut off from the server for longer than its lease. Ends with 1 if the tables differ or
 * anything was paid twice that was not under way.
 *
 *   npm run bench:workers [-- --rollouts 500] [--workers 4] [--concurrency 2] [--think 200]
 */
const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '500' },
    workers: { type: 'string', default: '4' },
    concurrency: { type: 'string', default: '2' },
    think: { type: 'string', default: '200' },
  },
});
if (NO_POSTGRES !== null) {
  process.stderr.write(`${NO_POSTGRES}\n`);
  process.exit(2);
}

const rollouts = Number(values.rollouts);
const { alone, undisturbed, shared, kills, faults } = await show({
  rollouts,
  workers: Number(values.workers),
  concurrency: Number(values.concurrency),
  thinkMs: Number(values.think),
  progress: (line) => process.stderr.write(`${line}\n`),
});

const rowOf = (name: string, of: (side: Side) => string | number) => ({
  '': name,
  'one process': of(alone),
  [`${values.workers} workers`]: of(undisturbed),
  [`${kills} killed, 1 cut off`]: of(shared),
});
process.stdout.write(
  tableOf([
    rowOf('trials graded', ({ table }) => table.length),
    rowOf('solved', ({ table }) => table.filter((line) => line.split(' ')[1] === 'true').length),
    rowOf('replies sent whole', ({ replies }) => replies),
    rowOf('of them for a turn that was answered before', ({ again }) => again),
    rowOf('tokens by the server', ({ tokens }) => tokens),
    rowOf('tokens by the table', ({ booked }) => booked),
    rowOf('events', ({ events }) => events),
    rowOf('seconds', ({ seconds }) => Math.round(seconds)),
    rowOf('trials a minute', ({ seconds }) => ((60 * rollouts) / seconds).toFixed(0)),
  ]),
);
for (const fault of faults) process.stdout.write(`FAULT: ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
