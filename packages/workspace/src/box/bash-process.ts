import { rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { quote } from '../sandbox/sandbox.ts';
import type { ExecOptions, ExecResult } from '../workspace.ts';
import type { Box, BoxEnd } from './box.ts';
import { Call } from './call.ts';
import { Pipe } from './pipe.ts';
import { assignments } from './shell-text.ts';
import { CALL_VARIABLE } from './supervisor.ts';

/** bash reads its script byte by byte; longer commands are handed over in a file, which it reads in blocks. */
const INLINE_BYTES = 3_000;
/** Time a killed command's shell has to go on before it is killed too. */
const GRACE_MS = 500;
/** A list of commands goes on with the next one when one is killed: it is killed again at this interval. */
const KILL_AGAIN_MS = 50;
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
}

interface Running {
  readonly id: string;
  readonly call: Call;
  readonly done: (ran: Ran) => void;
}

/**
 * One bash in a box. Its script is a named pipe to which each command is written as a quoted word for `eval`,
 * so that unfinished quotes, `break` or `return` in a command end there. When it is done it says so on a pipe
 * of its own, never in the output.
 */
export class BashProcess {
  readonly #box: Box;
  readonly #id: string;
  readonly #folder: string;
  #script: Pipe | null = null;
  #output: Pipe | null = null;
  #done: Pipe | null = null;
  #heard: Buffer = Buffer.alloc(0);
  #between: Buffer[] = [];
  #running: Running | null = null;
  #alive = true;

  static async start(box: Box, cwd: string): Promise<BashProcess> {
    const bash = new BashProcess(box);
    await bash.#open();
    bash.#script?.write(`cd ${quote(cwd)} 2>/dev/null || cd ${quote(box.plan.root)}; unset OLDPWD\n`);
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
    const box = this.#box;
    const id = box.nextCall('run');
    const unwatch = box.watch();
    return new Promise((resolve) => {
      const stopping: { timer: NodeJS.Timeout | null } = { timer: null };
      const call = new Call(options, box.limits.outputBytes, () => {
        stopping.timer = this.#stop(id);
      });
      const done = (ran: Ran) => {
        this.#running = null;
        if (stopping.timer !== null) clearInterval(stopping.timer);
        unwatch();
        rmSync(join(this.#folder, id), { force: true });
        resolve(ran);
      };
      this.#running = { id, call, done };
      for (const chunk of this.#between.splice(0)) call.push(chunk);
      if (this.#alive) this.#script?.write(this.#textOf(id, command, options));
      else this.#lost(box.end ?? 'lost');
      if (options.signal?.aborted) call.stop('aborted');
    });
  }

  end(): void {
    if (this.#alive) this.#box.killCall(this.#id);
    this.#close();
  }

  #textOf(id: string, command: string, { cwd, env }: ExecOptions): string {
    const go = cwd === undefined ? '' : `cd ${quote(posix.resolve(this.#box.plan.root, cwd))} && `;
    let body = quote(command);
    let load = '';
    if (body.length > INLINE_BYTES) {
      writeFileSync(join(this.#folder, id), command);
      load = `IFS= \\read -r -d '' HEDDLE_COMMAND <${quote(`${this.#box.pipesInside}/${this.#id}/${id}`)}\n`;
      body = '"$HEDDLE_COMMAND"';
    }
    const variables = assignments(env).trimStart();
    const prefix = variables === '' ? '' : `${variables} `;
    // One line, hence parsed before anything of it runs: an unfinished quote in `eval` spoils the parser's next line.
    const report = `{ \\printf '${id} %s %s\\0' "$?" "$PWD" >&9; } 2>/dev/null`;
    return `${load}export ${CALL_VARIABLE}=${id}; LINENO=0\n${go}${prefix}eval ${body} 9>&-; ${report}\n`;
  }

  /** Kills what the command has started, again and again, and at last bash itself. */
  #stop(id: string): NodeJS.Timeout {
    const began = performance.now();
    const again = () => {
      if (performance.now() - began < GRACE_MS)
        this.#box.killRun({ shell: this.#id, run: id, seconds: this.#running?.call.seconds ?? 0 });
      else this.#box.killCall(this.#id);
    };
    again();
    return setInterval(again, KILL_AGAIN_MS);
  }

  #open(): Promise<void> {
    const inside = quote(`${this.#box.pipesInside}/${this.#id}`);
    const text = `(
mkdir ${inside} && cd ${inside} && mkfifo -m 600 bash out done && printf 'open ${this.#id}\\0' >&3 &&
exec </dev/null >out 2>&1 9>done && export ${CALL_VARIABLE}=${this.#id} && bash --norc --noprofile bash 3>&-
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
        clearTimeout(timer);
        if (word === 'open') {
          this.#output = new Pipe(join(this.#folder, 'out'), (chunk) => this.#print(chunk));
          this.#done = new Pipe(join(this.#folder, 'done'), (chunk) => this.#hear(chunk));
          this.#script = new Pipe(join(this.#folder, 'bash'), null);
          this.#box.atRest(PROCESSES);
          resolve();
          return;
        }
        this.#box.offEnd(lost);
        this.#box.atRest(-PROCESSES);
        this.#finish(Number(rest));
        reject(new Error('bash could not be started in the sandbox'));
      });
    });
  }

  #print(chunk: Buffer): void {
    if (this.#running !== null) return this.#running.call.push(chunk);
    this.#between.push(chunk);
    let bytes = this.#between.reduce((sum, { length }) => sum + length, 0);
    while (bytes > BETWEEN_BYTES && this.#between.length > 1) bytes -= this.#between.shift()!.length;
  }

  #hear(chunk: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    for (let end = this.#heard.indexOf(0); end >= 0; end = this.#heard.indexOf(0)) {
      const [id, status = '', ...cwd] = this.#heard.toString('utf8', 0, end).split(' ');
      this.#heard = this.#heard.subarray(end + 1);
      const running = this.#running;
      if (running === null || running.id !== id) continue;
      this.#output?.drain();
      const exitCode = Number(status);
      const cause = exitCode === 137 && this.#box.ranOutOfMemory() ? 'memory' : 'exited';
      running.done({ result: running.call.result(exitCode, cause), cwd: cwd.join(' '), alive: true });
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
    for (const pipe of [this.#script, this.#output, this.#done]) pipe?.close();
    this.#script = this.#output = this.#done = null;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** bash, and the supervisor's child that waits for it. */
const PROCESSES = 2;
