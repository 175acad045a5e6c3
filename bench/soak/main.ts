import { parseArgs } from 'node:util';
import { SANDBOX_KINDS, type SandboxKind } from '@heddle/workspace';
import { tableOf } from '../table.ts';
import { type ConcurrentReport, concurrent } from './concurrent.ts';
import { type SoakReport, soak } from './soak.ts';

/**
 * Rollouts that are struck at every seam, and the books afterwards; or a crowd of them in one process.
 * Ends with 1 if anything was lost or does not add up.
 *
 *   npm run soak [-- --rollouts 2000] [--seed 1] [--parallel 16] [--sandbox host,bubblewrap]
 *   npm run soak -- --concurrent 1000 [--sandbox host]
 */
const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '16' },
    concurrent: { type: 'string' },
    sandbox: { type: 'string' },
  },
});

const sandboxes = values.sandbox?.split(',') as SandboxKind[] | undefined;
const unknown = sandboxes?.find((kind) => !(SANDBOX_KINDS as readonly string[]).includes(kind));
if (unknown !== undefined) {
  process.stderr.write(`no such sandbox: ${unknown}; there are ${SANDBOX_KINDS.join(', ')}\n`);
  process.exit(2);
}
const { text, faults } =
  values.concurrent === undefined
    ? soakText(
        await soak({
          rollouts: Number(values.rollouts),
          seed: Number(values.seed),
          parallel: Number(values.parallel),
          ...(sandboxes === undefined ? {} : { sandboxes }),
          progress: (line) => process.stderr.write(`${line}\n`),
        }),
      )
    : crowdText(await concurrent({ rollouts: Number(values.concurrent), sandbox: sandboxes?.[0] ?? 'host' }));
process.stdout.write(text);
process.exitCode = faults.length === 0 ? 0 : 1;

interface Shown {
  readonly text: string;
  readonly faults: readonly string[];
}

function soakText(report: SoakReport): Shown {
  const { tokens, faults, resumed } = report;
  const books = Object.entries({
    'servers: replies sent whole': tokens.server,
    'ledgers of the rollouts': tokens.ledger,
    'lost in kills, after they were sent': tokens.lostInKills,
    'lost to a full disk, after they came': tokens.lostToFullDisk,
  });
  const off = (kind: 'input' | 'output' | 'replies') =>
    tokens.server[kind] - tokens.ledger[kind] - tokens.lostInKills[kind] - tokens.lostToFullDisk[kind];
  const text = [
    '## Outcomes\n',
    tableOf(counted(report.outcomes, 'outcome')),
    '## Injected\n',
    tableOf([
      ...counted(report.injected, 'fault'),
      ...counted(report.stops, 'fault').map(({ fault, rollouts }) => ({
        fault: `disk: ${fault}`,
        rollouts: rollouts!,
      })),
      { fault: 'kill -9 of a worker', rollouts: report.kills },
      { fault: 'key rotated', rollouts: report.rotations },
    ]).replace('| rollouts |', '| times |'),
    '## Books\n',
    tableOf([
      ...books.map(([book, { replies, input, output }]) => ({ book, replies, input, output })),
      { book: '**difference**', replies: off('replies'), input: off('input'), output: off('output') },
    ]),
    '## Run\n',
    tableOf([
      {
        'rollouts resumed': resumed.rollouts,
        'times in all': resumed.times,
        requests: report.requests,
        retries: report.retries,
        'requests without an end': tokens.openRequests,
        events: report.events,
        'replayed the same': report.replayed,
        sandboxes: [...report.sandboxes].map(([kind, n]) => `${n} ${kind}`).join(', '),
        seconds: report.seconds.toFixed(0),
        'peak MB of a worker': report.peakWorkerMb.toFixed(0),
      },
    ]),
  ].join('\n');
  return { text: text + verdict(faults), faults };
}

function crowdText(report: ConcurrentReport): Shown {
  const row = {
    rollouts: report.rollouts,
    finished: report.finished,
    'at once': report.atOnce,
    steps: report.steps,
    events: report.events,
    'seconds until all have begun': report.beginSeconds.toFixed(1),
    'seconds of work': report.workSeconds.toFixed(1),
    'CPU seconds': report.cpuSeconds.toFixed(0),
    'steps a second': report.stepsPerSecond.toFixed(0),
    'own MB': report.ownMb.toFixed(0),
    'own MB each': report.ownMbEach.toFixed(2),
    'MB of all processes': report.treeMb.toFixed(0),
  };
  return { text: tableOf([row]) + verdict(report.faults), faults: report.faults };
}

function counted(map: ReadonlyMap<string, number>, name: string) {
  return [...map]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([what, times]): Record<string, string | number> => ({ [name]: what, rollouts: times }));
}

/** Faults that are written out. */
const SHOWN = 20;

function verdict(faults: readonly string[]): string {
  if (faults.length === 0) return '\nNothing was lost, and all adds up.\n';
  const lines = faults.slice(0, SHOWN).map((fault) => `- ${fault}`);
  return `\n${faults.length} things are not as they should be:\n${lines.join('\n')}\n`;
}
