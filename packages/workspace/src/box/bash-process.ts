import { rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { quote } from '../sandbox/sandbox.ts';
import type { ExecOptions, ExecResult } from '../workspace.ts';
import type { Box, BoxEnd } from './box.ts';
import { ABORTED_BEFORE, Call } from './call.ts';
import { handIn, MAX_MESSAGE_BYTES, unguessable } from './hand-in.ts';
import { Pipe } from './pipe.ts';
import { SHELL_LOOP } from './shell-loop.ts';
import { assignments } from './shell-text.ts';
import { Stopping } from './stopping.ts';
import { CALL_VARIABLE } from './supervisor.ts';

/** bash reads a pipe byte by byte; longer commands are handed over in a file, which it reads in blocks. */
const INLINE_BYTES = 3_000;
/** What background jobs print between two commands; more is cut off at its beginning. */
const BETWEEN_BYTES = 65_536;

/** A box whose supervisor does not start a shell by then does not listen any more. */
const START_MS = 20_000;

export interface Ran {
  readonly result: ExecResult;
  /** Null: it could not say. */
  readonly cwd: string | null;
  /** False: this bash has ended. */
  readonly alive: boolean;
  readonly endedJobs: number;
}

interface Running {
  readonly call: Call;
  readonly done: (ran: Omit<Ran, 'endedJobs'>) => void;
}

/**
 * One bash in a box. A loop in it reads commands from a named pipe, runs each by `eval`, so that unfinished quotes
 * end there, and says on another pipe, never in the output, that it is done. It says so where the loop begins:
 * a stray `continue` comes to it too. A stray `break` or `exit` ends bash, and it is replaced.
 */
export class BashProcess {
  readonly #box: Box;
  readonly #id: string;
  readonly #folder: string;
  #commands: Pipe | null = null;
  #output: Pipe | null = null;
  #done: Pipe | null = null;
  #heard: Buffer = Buffer.alloc(0);
  #between: Buffer[] = [];
  #running: Running | null = null;
  /** Waits for bash to say that it listens. */
  #started: (() => void) | null = null;
  #alive = true;

  static async start(box: Box, cwd: string): Promise<BashProcess> {
    const bash = new BashProcess(box);
    await bash.#open(cwd);
    return bash;
  }

  private constructor(box: Box) {
    this.#box = box;
    this.#id = box.nextCall('shell');
    this.#folder = join(box.plan.pipes, this.#id);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** One command at a time. */
  run(command: string, options: ExecOptions): Promise<Ran> {
    if (options.signal?.aborted)
      return Promise.resolve({ result: ABORTED_BEFORE, cwd: null, alive: this.#alive, endedJobs: 0 });
    const box = this.#box;
    const id = box.nextCall('run');
    const file = unguessable(id);
    const text = this.#textOf({ id, file }, command, options);
    const unwatch = box.watch();
    return new Promise((resolve) => {
      let stopping: Stopping | null = null;
      const call = new Call(options, box.limits.outputBytes, () => {
        stopping = new Stopping(box, { shell: this.#id, run: id, seconds: () => call.seconds });
      });
      const done = (ran: Omit<Ran, 'endedJobs'>) => {
        this.#running = null;
        const endedJobs = stopping?.end() ?? 0;
        unwatch();
        rmSync(join(this.#folder, file), { force: true });
        resolve({ ...ran, endedJobs });
      };
      this.#running = { call, done };
      for (const chunk of this.#between.splice(0)) call.push(chunk);
      if (this.#alive && this.#commands?.write(text) === false) box.kill('lost');
      if (!this.#alive) this.#lost(box.end ?? 'lost');
    });
  }

  end(): void {
    if (this.#alive) this.#box.killCall(this.#id);
    this.#close();
  }

  #textOf(run: { id: string; file: string }, command: string, { cwd, env }: ExecOptions): string {
    let text = command;
    if (Buffer.byteLength(text) > INLINE_BYTES) {
      if (!handIn(this.#box.plan.pipes, this.#folder, run.file, command)) this.#box.kill('lost');
      const file = quote(`${this.#box.pipesInside}/${this.#id}/${run.file}`);
      text = `HEDDLE_COMMAND=; IFS= \\read -r -d '' HEDDLE_COMMAND <${file}; eval "$HEDDLE_COMMAND"`;
    }
    const go = cwd === undefined ? '' : `cd ${quote(posix.resolve(this.#box.plan.root, cwd))} && `;
    const variables = assignments(env).trimStart();
    if (go !== '' || variables !== '') text = `${go}${variables} eval ${quote(text)}`;
    return `${run.id}\0${text}\0`;
  }

  #open(cwd: string): Promise<void> {
    const inside = quote(`${this.#box.pipesInside}/${this.#id}`);
    const text = `(
mkdir ${inside} && cd ${inside} && mkfifo -m 600 commands out done && printf 'open ${this.#id}\\0' >&3 &&
exec </dev/null >out 2>/dev/null 8<commands 9>done && { cd ${quote(cwd)} || cd ${quote(this.#box.plan.root)}; } &&
unset OLDPWD && export ${CALL_VARIABLE}=${this.#id} && bash --norc --noprofile -c ${quote(SHELL_LOOP)} bash 2>&1 3>&-
printf 'exit ${this.#id} %s\\0' "$?" >&3
) &`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#box.kill('lost'), START_MS);
      const lost = (end: BoxEnd) => {
        clearTimeout(timer);
        this.#lost(end);
        reject(new Error(`the sandbox ended while a shell was started: ${end}`));
      };
      this.#box.onEnd(lost);
      if (this.#box.end !== null) return;
      this.#box.request(this.#id, text, (word, rest) => {
        if (word === 'open') {
          this.#output = new Pipe(join(this.#folder, 'out'), (chunk) => this.#print(chunk));
          this.#done = new Pipe(join(this.#folder, 'done'), (chunk) => this.#hear(chunk));
          this.#commands = new Pipe(join(this.#folder, 'commands'), null);
          this.#box.atRest(PROCESSES);
          this.#started = () => {
            clearTimeout(timer);
            resolve();
          };
          return;
        }
        clearTimeout(timer);
        this.#box.offEnd(lost);
        this.#box.atRest(-PROCESSES);
        this.#finish(Number(rest));
        reject(new Error('bash could not be started in the sandbox'));
      });
    });
  }

  #print(chunk: Buffer): void {
    if (this.#running !== null) {
      this.#running.call.push(chunk);
      return;
    }
    this.#between.push(chunk);
    let bytes = this.#between.reduce((sum, { length }) => sum + length, 0);
    while (bytes > BETWEEN_BYTES && this.#between.length > 1) bytes -= this.#between.shift()!.length;
  }

  #hear(chunk: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    if (this.#heard.length > MAX_MESSAGE_BYTES && !this.#heard.includes(0)) this.#box.kill('lost');
    if (!this.#alive) return;
    for (let end = this.#heard.indexOf(0); end >= 0; end = this.#heard.indexOf(0)) {
      const [status = '', ...cwd] = this.#heard.toString('utf8', 0, end).split(' ');
      this.#heard = this.#heard.subarray(end + 1);
      this.#started?.();
      this.#started = null;
      const { call, done } = this.#running ?? {};
      if (call === undefined) continue;
      this.#output?.drain();
      const exitCode = Number(status);
      const cause = exitCode === 137 && this.#box.ranOutOfMemory() ? 'memory' : 'exited';
      done?.({ result: call.result(exitCode, cause), cwd: cwd.join(' '), alive: true });
    }
  }

  /** bash has ended by itself (`exit`, `exec`) or was killed. */
  #finish(exitCode: number): void {
    this.#output?.drain();
    this.#close();
    const { call, done } = this.#running ?? {};
    done?.({ result: call!.result(exitCode), cwd: null, alive: false });
  }

  #lost(end: BoxEnd): void {
    this.#output?.drain();
    this.#close();
    const { call, done } = this.#running ?? {};
    done?.({ result: call!.result(null, end), cwd: null, alive: false });
  }

  #close(): void {
    this.#alive = false;
    this.#box.forget(this.#id);
    for (const pipe of [this.#commands, this.#output, this.#done]) pipe?.close();
    this.#commands = this.#output = this.#done = null;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** bash, and the supervisor's child that waits for it. */
const PROCESSES = 2;
