import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { agentsCommand } from './commands/agents.ts';
import { auditCommand } from './commands/audit.ts';
import { compareCommand } from './commands/compare.ts';
import { completionCommand } from './commands/completion.ts';
import { datasetsCommand } from './commands/datasets.ts';
import { deskCommand } from './commands/desk.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { experimentsCommand } from './commands/experiments.ts';
import { exportCommand } from './commands/export.ts';
import { forkCommand } from './commands/fork.ts';
import { gradeCommand } from './commands/grade.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { listCommand } from './commands/list.ts';
import { mcpCommand } from './commands/mcp.ts';
import { mineCommand } from './commands/mine.ts';
import { modelsCommand } from './commands/models.ts';
import { relayCommand } from './commands/relay.ts';
import { replayCommand } from './commands/replay.ts';
import { resumeCommand } from './commands/resume.ts';
import { scoreCommand } from './commands/score.ts';
import { showCommand } from './commands/show.ts';
import { solveCommand } from './commands/solve.ts';
import { studioCommand } from './commands/studio.ts';
import { versionsCommand } from './commands/versions.ts';
import { workerCommand } from './commands/worker.ts';

/** Each command is declared in a file of its own and imports what it needs when it runs. */
const COMMANDS = [
  solveCommand,
  resumeCommand,
  forkCommand,
  replayCommand,
  showCommand,
  auditCommand,
  listCommand,
  deskCommand,
  versionsCommand,
  diffCommand,
  doctorCommand,
  modelsCommand,
  agentsCommand,
  datasetsCommand,
  mineCommand,
  evalCommand,
  gradeCommand,
  experimentsCommand,
  compareCommand,
  studioCommand,
  workerCommand,
  scoreCommand,
  exportCommand,
  importCommand,
  mcpCommand,
  initCommand,
  relayCommand,
  completionCommand,
];

/** Those that look at what several machines have made, or take part in it. */
const SHARED = new Set(
  'eval experiments compare studio worker desk list show resume score export import versions'.split(' '),
);

/** The whole process, and what it starts, then works on that store. */
function addStoreOption(command: Command): void {
  command
    .option('--store <place>', 'postgres://user@host/database, or a file (default: HEDDLE_STORE)')
    .hook('preAction', (_, acting) => {
      const { store } = acting.optsWithGlobals<{ store?: string }>();
      if (store !== undefined) process.env.HEDDLE_STORE = store;
    });
}

const EXAMPLES = `
Examples:
  $ heddle solve "sum() leaves out the first number"
  $ heddle solve @issue.md --repo ~/code/app --check "npm test"
  $ heddle show last
  $ heddle resume

Exit codes: 0 solved and verified, 1 finished but not verified, 2 usage or
prerequisite, 3 limit reached, 4 model unreachable, 70 a bug in Heddle,
130 interrupted. Data is kept in HEDDLE_HOME (default ~/.heddle).`;

/** The whole command line. It throws instead of leaving the process. */
export function buildProgram(): Command {
  const program = new Command('heddle')
    .description(
      'A software engineer that works alone: give it a repository and a task, get a verified patch.',
    )
    .version(manifest.version, '-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  for (const make of COMMANDS) program.addCommand(make());
  for (const command of program.commands)
    if (SHARED.has(command.name()))
      for (const each of [command, ...descendants(command)]) addStoreOption(each);
  for (const command of [program, ...descendants(program)]) {
    command
      .exitOverride()
      .configureOutput({ outputError: () => {} })
      .helpOption('-h, --help', 'show this help');
  }
  return program;
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
