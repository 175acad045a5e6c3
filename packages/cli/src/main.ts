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

function leaveWith(error: unknown): void {
  const { text, exitCode } = describeFailure(error, process.env.HEDDLE_DEBUG === '1');
  process.stderr.write(text);
  process.exitCode = exitCode;
  void leave();
}

/** When all that was written has been taken: a pipe takes 64 KB at once, and what waits is lost at exit. */
async function leave(): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(written));
  process.exit();
}

/** A reader that has gone counts as one that has read. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) resolve();
    else stream.write('', () => resolve());
  });
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
  // Idle connections and watchers must not keep a finished command alive.
  await leave();
} catch (error) {
  leaveWith(error);
}
