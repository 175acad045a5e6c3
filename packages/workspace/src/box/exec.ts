import { rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { quote } from '../sandbox/sandbox.ts';
import type { ExecOptions, ExecResult } from '../workspace.ts';
import type { Box, BoxEnd } from './box.ts';
import { ABORTED_BEFORE, Call } from './call.ts';
import { handIn, unguessable } from './hand-in.ts';
import { Pipe } from './pipe.ts';
import { assignments, checkCommand } from './shell-text.ts';
import { CALL_VARIABLE } from './supervisor.ts';

/** One argument of a program may have 128 KiB on Linux; longer commands go through a file. */
const ARGUMENT_BYTES = 100_000;

/** A command that is being stopped may still be starting programs. */
const KILL_AGAIN_MS = 50;
/** Killed this often without a word from it, its own report was killed with it: it ends unreported. */
const KILLS_WITHOUT_WORD = 40;

/** One command in a process of its own. Whatever it leaves running is ended with it. */
export function execInBox(box: Box, command: string, options: ExecOptions): Promise<ExecResult> {
  checkCommand(command);
  if (options.signal?.aborted) return Promise.resolve(ABORTED_BEFORE);
  const id = box.nextCall('exec');
  const unique = unguessable(id);
  const file = (name: string) => join(box.plan.pipes, `${unique}.${name}`);
  const inside = (name: string) => quote(`${box.pipesInside}/${unique}.${name}`);
  const give = (name: string, content: string | Uint8Array) => {
    if (!handIn(box.plan.pipes, box.plan.pipes, `${unique}.${name}`, content)) box.kill('lost');
  };
  const long = Buffer.byteLength(command) > ARGUMENT_BYTES;
  if (long) give('sh', command);
  if (options.stdin !== undefined) give('in', options.stdin);
  const cwd = options.cwd === undefined ? box.plan.root : posix.resolve(box.plan.root, options.cwd);
  const text = `(
mkfifo -m 600 ${inside('out')} && printf 'open ${id}\\0' >&3 &&
exec >${inside('out')} 2>/dev/null <${options.stdin === undefined ? '/dev/null' : inside('in')} &&
cd ${quote(cwd)} 2>&1 && export ${CALL_VARIABLE}=${id}${assignments(options.env)} &&
( ${long ? `bash ${inside('sh')}` : `bash -c ${quote(command)}`} 2>&1 3>&-; exit "$?" )
printf 'exit ${id} %s\\0' "$?" >&3
) &`;
  // The command's parent is not the one that reports: a command that kills its parent is still told of.
  return new Promise((resolve) => {
    let pipe: Pipe | null = null;
    let killing: NodeJS.Timeout | null = null;
    const call = new Call(options, box.limits.outputBytes, () => {
      box.killCall(id);
      let kills = 0;
      killing = setInterval(() => {
        box.killCall(id);
        if (++kills >= KILLS_WITHOUT_WORD) lost('lost');
      }, KILL_AGAIN_MS);
    });
    const unwatch = box.watch();
    const finish = (result: ExecResult) => {
      box.forget(id);
      box.offEnd(lost);
      unwatch();
      if (killing !== null) clearInterval(killing);
      pipe?.close();
      for (const name of ['out', 'in', 'sh']) rmSync(file(name), { force: true });
      resolve(result);
    };
    const lost = (end: BoxEnd) => {
      pipe?.drain();
      finish(call.result(null, end));
    };
    box.onEnd(lost);
    if (box.end !== null) return;
    box.request(id, text, (word, rest) => {
      if (word === 'open') {
        pipe = new Pipe(file('out'), (chunk) => call.push(chunk));
        return;
      }
      pipe?.drain();
      const exitCode = Number(rest);
      box.killCall(id);
      finish(call.result(exitCode, exitCode === 137 && box.ranOutOfMemory() ? 'memory' : 'exited'));
    });
  });
}
