import { rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { quote } from '../sandbox/sandbox.ts';
import type { ExecOptions, ExecResult } from '../workspace.ts';
import type { Box, BoxEnd } from './box.ts';
import { ABORTED_BEFORE, Call } from './call.ts';
import { EndMark } from './end-mark.ts';
import { foregroundTree, readsTerminal } from './foreground.ts';
import { handIn, MAX_MESSAGE_BYTES, unguessable } from './hand-in.ts';
import { Pipe } from './pipe.ts';
import { kill } from './processes.ts';
import { endMark, shellLoop } from './shell-loop.ts';
import { assignments } from './shell-text.ts';
import { Stopping } from './stopping.ts';
import { CALL_VARIABLE } from './supervisor.ts';
import { SHELL_STARTS } from './turns.ts';

/** bash reads a pipe byte by byte; longer commands are handed over in a file, which it reads in blocks. */
const INLINE_BYTES = 3_000;
/** What background jobs print between two commands; more is cut off at its beginning. */
const BETWEEN_BYTES = 65_536;

/** A box whose supervisor does not start a shell by then does not listen any more. */
const START_MS = 20_000;

/** Times that a folder which is not empty any more is removed again. */
const REMOVING_TRIES = 5;

export interface Ran {
  readonly result: ExecResult;
  /** Null: it could not say. */
  readonly cwd: string | null;
  /** False: this bash has ended. */
  readonly alive: boolean;
  readonly endedJobs: number;
}

interface Running {
  readonly id: string;
  readonly call: Call;
  /** Null without a terminal: then the pipe holds all that was printed before the end was told. */
  readonly mark: EndMark | null;
  /** What bash said of its end, while the output is still on its way. */
  ended: { readonly exitCode: number; readonly cwd: string } | null;
  readonly done: (ran: Omit<Ran, 'endedJobs'>) => void;
}

/** Output that is still in a terminal when its end has been told comes within this, or never. */
const LATE_OUTPUT_MS = 500;
/** Wide enough that tables are not broken, as high as a large screen. */
const TERMINAL_MODE = '-echo -onlcr -ixon cols 160 rows 50';
/** A terminal takes no longer line at once. */
export const MAX_INPUT_LINE_BYTES = 4_000;

/**
 * One bash in a box. A loop in it reads commands from a named pipe, runs each by `eval`, so that unfinished quotes
 * end there, and says on another pipe, never in the output, that it is done. It says so where the loop begins:
 * a stray `continue` comes to it too. A stray `break` or `exit` ends bash, and it is replaced.
 *
 * With a terminal its input and output are a pseudo-terminal made inside the box by util-linux' `script`, so that
 * programs can ask and be answered, and Ctrl-C reaches what runs. Without, input is empty and output a pipe.
 */
export class BashProcess {
  readonly box: Box;
  readonly #id: string;
  readonly #folder: string;
  readonly #terminal: boolean;
  #input: Pipe | null = null;
  #disturbed = false;
  #commands: Pipe | null = null;
  #output: Pipe | null = null;
  #done: Pipe | null = null;
  #heard: Buffer = Buffer.alloc(0);
  #between: Buffer[] = [];
  #running: Running | null = null;
  /** Waits for bash to say that it listens. */
  #started: (() => void) | null = null;
  #alive = true;

  static async start(box: Box, cwd: string, terminal: boolean): Promise<BashProcess> {
    const bash = new BashProcess(box, terminal);
    await SHELL_STARTS.take(() => bash.#open(cwd));
    return bash;
  }

  private constructor(box: Box, terminal: boolean) {
    this.box = box;
    this.#terminal = terminal;
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
    const box = this.box;
    const id = box.nextCall('run');
    const file = unguessable(id);
    const end = this.#terminal ? unguessable('end') : '';
    const text = this.#textOf({ id, file, end }, command, options);
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
      const mark = this.#terminal ? new EndMark(endMark(end)) : null;
      this.#running = { id, call, mark, ended: null, done };
      for (const chunk of this.#between.splice(0)) call.push(chunk);
      if (this.#alive && this.#commands?.write(text) === false) box.kill('lost');
      if (!this.#alive) this.#lost(box.end ?? 'lost');
    });
  }

  /** Types something to what runs. False: nobody can take it. */
  input(text: string): boolean {
    return this.#running !== null && this.#input?.write(text) === true;
  }

  /** Takes what has been printed and has not arrived yet. */
  drain(): void {
    this.#output?.drain();
  }

  /** Sends a signal to what runs in the foreground, with all it has started. SIGINT also ends the rest of the list. */
  signal(name: NodeJS.Signals): void {
    const { bash, tree } = this.#foreground();
    // Bash first: it heeds it once its program has ended, before it begins the next.
    if (name === 'SIGINT' && bash !== null) kill(bash, name);
    for (const pid of tree) if (pid !== bash || name !== 'SIGINT') kill(pid, name);
  }

  /** Whether what runs waits for something to be typed. */
  waitsForInput(): boolean {
    return this.#terminal && this.#foreground().tree.some(readsTerminal);
  }

  #foreground(): { readonly bash: number | null; readonly tree: readonly number[] } {
    if (this.#running === null) return { bash: null, tree: [] };
    const { id, call } = this.#running;
    const of = this.box.run({ shell: this.#id, run: id, seconds: call.seconds });
    return { bash: of.bash, tree: foregroundTree(of) };
  }

  end(): void {
    if (this.#alive) this.box.killCall(this.#id);
    this.#close();
  }

  #textOf(
    run: { id: string; file: string; end: string },
    command: string,
    { cwd, env }: ExecOptions,
  ): string {
    let text = command;
    if (Buffer.byteLength(text) > INLINE_BYTES) {
      if (!handIn(this.box.plan.pipes, this.#folder, run.file, command)) this.box.kill('lost');
      const file = quote(`${this.box.pipesInside}/${this.#id}/${run.file}`);
      text = `HEDDLE_COMMAND=; IFS= \\read -r -d '' HEDDLE_COMMAND <${file}; eval "$HEDDLE_COMMAND"`;
    }
    const go = cwd === undefined ? '' : `cd ${quote(posix.resolve(this.box.plan.root, cwd))} && `;
    const variables = assignments(env).trimStart();
    // A program that was ended by force may have left the terminal as it needed it.
    if (this.#disturbed)
      text = `stty sane ${TERMINAL_MODE} 2>/dev/null; heddle_status "$HEDDLE_STATUS"; ${text}`;
    this.#disturbed = false;
    if (go !== '' || variables !== '') text = `${go}${variables} eval ${quote(text)}`;
    return `${run.id}\0${run.end}\0${text}\0`;
  }

  #open(cwd: string): Promise<void> {
    const inside = quote(`${this.box.pipesInside}/${this.#id}`);
    const loop = `${CALL_VARIABLE}=${this.#id} exec bash --norc --noprofile -c ${quote(shellLoop(this.#terminal))} bash`;
    const onTerminal = quote(`stty ${TERMINAL_MODE}; exec 7>&1; ${loop}`);
    // Programs in the background of a shell have Ctrl-C switched off; those on a terminal must not.
    const start = this.#terminal
      ? `env --default-signal=INT,QUIT script -qefc ${onTerminal} /dev/null`
      : `( ${loop} 2>&1 )`;
    const text = `(
mkdir ${inside} && cd ${inside} && mkfifo -m 600 commands out done in && printf 'open ${this.#id}\\0' >&3 &&
exec <${this.#terminal ? 'in' : '/dev/null'} >out 2>/dev/null 8<commands 9>done &&
{ cd ${quote(cwd)} || cd ${quote(this.box.plan.root)}; } && unset OLDPWD && ${start} 3>&-
printf 'exit ${this.#id} %s\\0' "$?" >&3
) &`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.box.kill('lost'), START_MS);
      const lost = (end: BoxEnd) => {
        clearTimeout(timer);
        this.#lost(end);
        reject(new Error(`the sandbox ended while a shell was started: ${end}`));
      };
      this.box.onEnd(lost);
      if (this.box.end !== null) return;
      this.box.request(this.#id, text, (word, rest) => {
        if (word === 'open') {
          this.#output = new Pipe(join(this.#folder, 'out'), (chunk) => this.#print(chunk));
          this.#done = new Pipe(join(this.#folder, 'done'), (chunk) => this.#hear(chunk));
          this.#commands = new Pipe(join(this.#folder, 'commands'), null);
          this.#input = new Pipe(join(this.#folder, 'in'), null);
          this.box.atRest(this.#processes);
          this.#started = () => {
            clearTimeout(timer);
            resolve();
          };
          return;
        }
        clearTimeout(timer);
        this.box.offEnd(lost);
        this.box.atRest(-this.#processes);
        this.#finish(Number(rest));
        reject(new Error('bash could not be started in the sandbox'));
      });
    });
  }

  /** bash, what holds the terminal, and the supervisor's child that waits for it. */
  get #processes(): number {
    return this.#terminal ? 3 : 2;
  }

  #print(chunk: Buffer): void {
    const running = this.#running;
    if (running === null || running.mark?.found) {
      this.#keep(chunk);
      return;
    }
    if (running.mark === null) {
      running.call.push(chunk);
      return;
    }
    const { before, after } = running.mark.take(chunk);
    if (before.length > 0) running.call.push(before);
    if (after.length > 0) this.#keep(after);
    if (running.mark.found && running.ended !== null) this.#settle(running);
  }

  /** For the next command to tell. */
  #keep(chunk: Buffer): void {
    this.#between.push(chunk);
    let bytes = this.#between.reduce((sum, { length }) => sum + length, 0);
    while (bytes > BETWEEN_BYTES && this.#between.length > 1) bytes -= this.#between.shift()!.length;
  }

  #hear(chunk: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    if (this.#heard.length > MAX_MESSAGE_BYTES && !this.#heard.includes(0)) this.box.kill('lost');
    if (!this.#alive) return;
    for (let end = this.#heard.indexOf(0); end >= 0; end = this.#heard.indexOf(0)) {
      const [status = '', ...cwd] = this.#heard.toString('utf8', 0, end).split(' ');
      this.#heard = this.#heard.subarray(end + 1);
      this.#started?.();
      this.#started = null;
      const running = this.#running;
      if (running === null || running.ended !== null) continue;
      running.ended = { exitCode: Number(status), cwd: cwd.join(' ') };
      this.#output?.drain();
      if (running.mark === null || running.mark.found) this.#settle(running);
      else setTimeout(() => this.#settle(running), LATE_OUTPUT_MS);
    }
  }

  /** The end was told and all output is here. */
  #settle(running: Running): void {
    if (this.#running !== running || running.ended === null) return;
    const { call, mark, ended, done } = running;
    const rest = mark?.rest();
    if (rest !== undefined && rest.length > 0) call.push(rest);
    const { exitCode, cwd } = ended;
    this.#disturbed = this.#terminal && exitCode > 128;
    const cause = exitCode === 137 && this.box.ranOutOfMemory() ? 'memory' : 'exited';
    done({ result: call.result(exitCode, cause), cwd, alive: true });
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
    this.box.forget(this.#id);
    for (const pipe of [this.#commands, this.#output, this.#done, this.#input]) pipe?.close();
    this.#commands = this.#output = this.#done = this.#input = null;
    // What is being ended may still make a pipe in it.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: REMOVING_TRIES, retryDelay: 10 });
  }
}
