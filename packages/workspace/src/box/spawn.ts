import { closeSync, constants, fstatSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join, posix } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { quote } from '../sandbox/sandbox.ts';
import type { ExecEnd, ExecOptions, SpawnEnd, SpawnedProcess } from '../workspace.ts';
import type { Box, BoxEnd } from './box.ts';
import { unguessable } from './hand-in.ts';
import { Pipe } from './pipe.ts';
import { assignments, checkCommand } from './shell-text.ts';
import { CALL_VARIABLE } from './supervisor.ts';

const { O_RDWR, O_NONBLOCK, O_NOFOLLOW } = constants;

/** A box whose supervisor does not start a program by then does not listen any more. */
const START_MS = 20_000;
/** A program that is being ended may still be starting others. */
const KILL_AGAIN_MS = 50;
/** Killed this often without a word from it, its own report was killed with it: it ends unreported. */
const KILLS_WITHOUT_WORD = 40;

/** Starts a program that stays, in a process of its own with three named pipes. Resolves when it can be talked to. */
export function spawnInBox(
  box: Box,
  command: string,
  options: Pick<ExecOptions, 'cwd' | 'env'>,
): Promise<SpawnedProcess> {
  checkCommand(command);
  const id = box.nextCall('spawn');
  const unique = unguessable(id);
  const inside = (name: string) => quote(`${box.pipesInside}/${unique}.${name}`);
  const cwd = options.cwd === undefined ? box.plan.root : posix.resolve(box.plan.root, options.cwd);
  // Only when both ends are open may ours be closed again: input that ends at once would be lost.
  const text = `(
mkfifo -m 600 ${inside('in')} ${inside('out')} ${inside('err')} && printf 'made ${id}\\0' >&3 &&
exec <${inside('in')} >${inside('out')} 2>${inside('err')} &&
printf 'open ${id}\\0' >&3 && cd ${quote(cwd)} && export ${CALL_VARIABLE}=${id}${assignments(options.env)} &&
( bash -c ${quote(command)} 3>&-; exit "$?" )
printf 'exit ${id} %s\\0' "$?" >&3
) &`;
  // Once it is resolved, what is rejected later is nobody's.
  return new Promise((resolve, reject) => {
    let running: Running | null = null;
    const timer = setTimeout(() => box.kill('lost'), START_MS);
    const lost = (end: BoxEnd) => {
      clearTimeout(timer);
      running?.end(end, null);
      reject(new Error(`the sandbox ended while a program was started: ${end}`));
    };
    box.onEnd(lost);
    if (box.end !== null) return;
    box.request(id, text, (word, rest) => {
      if (word === 'made') {
        running = new Running(box, id, (name) => join(box.plan.pipes, `${unique}.${name}`));
        return;
      }
      if (word === 'open') {
        clearTimeout(timer);
        // One look now; as long as it runs the watchdog goes on at its slow pace.
        box.watch()();
        resolve(running!);
        return;
      }
      clearTimeout(timer);
      box.offEnd(lost);
      box.killCall(id);
      const exitCode = Number(rest);
      reject(new Error('a program could not be started in the sandbox'));
      running?.end(exitCode === 137 && box.ranOutOfMemory() ? 'memory' : 'exited', exitCode);
    });
  });
}

class Running implements SpawnedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<SpawnEnd>;
  readonly #box: Box;
  readonly #id: string;
  readonly #file: (name: string) => string;
  readonly #output: readonly { readonly pipe: Pipe; readonly stream: Readable }[];
  readonly #input: Socket;
  #resolve!: (end: SpawnEnd) => void;
  #cause: ExecEnd | null = null;
  #ended = false;
  #killing: NodeJS.Timeout | null = null;

  constructor(box: Box, id: string, file: (name: string) => string) {
    this.#box = box;
    this.#id = id;
    this.#file = file;
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const out = readableOf(file('out'));
    const err = readableOf(file('err'));
    this.#output = [out, err];
    this.stdout = out.stream;
    this.stderr = err.stream;
    this.#input = openForWriting(file('in'));
    this.stdin = writableTo(this.#input);
  }

  memoryBytes(): number {
    return this.#ended ? 0 : this.#box.memoryOf(this.#id);
  }

  async kill(): Promise<void> {
    this.#cause ??= 'aborted';
    if (!this.#ended && this.#killing === null) {
      this.#box.killCall(this.#id);
      let kills = 0;
      this.#killing = setInterval(() => {
        this.#box.killCall(this.#id);
        if (++kills >= KILLS_WITHOUT_WORD) this.end('lost', null);
      }, KILL_AGAIN_MS);
    }
    await this.exited;
  }

  end(cause: ExecEnd, exitCode: number | null): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#killing !== null) clearInterval(this.#killing);
    this.#box.forget(this.#id);
    for (const { pipe, stream } of this.#output) {
      pipe.drain();
      pipe.close();
      stream.push(null);
    }
    this.#input.destroy();
    for (const name of ['in', 'out', 'err']) rmSync(this.#file(name), { force: true });
    const ended = this.#cause ?? cause;
    this.#resolve({ ended, exitCode: ended === 'exited' ? exitCode : null });
  }
}

/** What arrives on a pipe as a stream; whoever writes waits while nobody reads. */
function readableOf(path: string): { readonly pipe: Pipe; readonly stream: Readable } {
  const stream = new Readable({ read: () => pipe.resume() });
  const pipe: Pipe = new Pipe(path, (chunk) => {
    if (!stream.push(chunk)) pipe.pause();
  });
  return { pipe, stream };
}

function openForWriting(path: string): Socket {
  // Opened for both, so that opening never waits; the program's end of it is the only one that reads.
  const fd = openSync(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW);
  if (!fstatSync(fd).isFIFO()) {
    closeSync(fd);
    throw new Error(`${path} is no pipe`);
  }
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on('error', () => {}); // told by `exited`
  socket.unref();
  return socket;
}

/** A socket's own `end` shuts down, which a pipe cannot: here it closes once all is written. */
function writableTo(socket: Socket): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (socket.destroyed) done();
      else socket.write(chunk, () => done());
    },
    final(done) {
      socket.destroy();
      done();
    },
  });
}
