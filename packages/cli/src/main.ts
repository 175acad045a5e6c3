import process from 'node:process';
import { describeFailure } from './failure.ts';
import { buildProgram } from './program.ts';

/** Any long time will do: nothing happens then. */
const KEEP_ALIVE_MILLISECONDS = 2 ** 30;

/** Whoever read our output may leave (`heddle show | head`); what we do goes on, and its exit code stays true. */
function survivesClosedPipes(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function leaveWith(error: unknown): never {
  const { text, exitCode } = describeFailure(error, process.env.HEDDLE_DEBUG === '1');
  process.stderr.write(text);
  process.exit(exitCode);
}

survivesClosedPipes(process.stdout);
survivesClosedPipes(process.stderr);
process.on('uncaughtException', leaveWith);
process.on('unhandledRejection', leaveWith);
// A workspace's processes don't keep Node running by themselves; the end of the command does, below.
setInterval(() => {}, KEEP_ALIVE_MILLISECONDS);
try {
  // Alone, `heddle` shows its help.
  await buildProgram().parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, '--help']);
} catch (error) {
  leaveWith(error);
}
// Idle connections and watchers must not keep a finished command alive.
process.exit();
