import { ModelFacingError } from '@heddle/core';
import type { PollOptions, RunOptions, Shell, ShellResult } from '../workspace.ts';
import { BashProcess, MAX_INPUT_LINE_BYTES, type Ran } from './bash-process.ts';
import type { Box } from './box.ts';
import { Output } from './output.ts';
import { checkCommand } from './shell-text.ts';
import { terminalWorks } from './terminal.ts';
import { Transcript } from './transcript.ts';

/** How often a running command is looked at. */
const LOOK_MS = 200;
/** A program that reads the terminal and has been silent for this long waits for an answer. */
const QUIET_MS = 600;
/** The same for one that only looks like it: its last line is unfinished, like a prompt. */
const PROMPT_QUIET_MS = 3_000;
const PROMPT = /[?:>\])] ?$/;
/** No time limit: what a timer takes at most, some 24 days. */
const NO_LIMIT_SECONDS = 2_147_000;

/** A command that has been begun and not yet been told of to its end. */
interface Current {
  readonly command: string;
  readonly bash: BashProcess;
  readonly replaced: boolean;
  readonly started: number;
  /** Its end; null while it runs. */
  ran: Ran | null;
  readonly end: Promise<void>;
  /** What it has printed since last told. */
  output: Output;
  readonly transcript: Transcript;
  lastOutput: number;
  lastText: string;
  onOutput: ((chunk: string) => void) | undefined;
}

/** A persistent bash: started at the first command or before, replaced when it has ended or could not be stopped. */
export class BoxShell implements Shell {
  /** Throws where there is nothing any more to run a program in. */
  readonly #box: () => Promise<Box>;
  readonly #wantsTerminal: boolean;
  #terminal = false;
  #cwd: string;
  #bash: Promise<BashProcess> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #current: Current | null = null;

  constructor(box: () => Promise<Box>, cwd: string, terminal: boolean) {
    this.#box = box;
    this.#cwd = cwd;
    this.#wantsTerminal = terminal;
  }

  get terminal(): boolean {
    return this.#terminal;
  }

  get running(): { readonly command: string; readonly seconds: number } | null {
    const current = this.#current;
    if (current === null || current.ran !== null) return null;
    return { command: current.command, seconds: (performance.now() - current.started) / 1000 };
  }

  get unread(): boolean {
    return this.#current !== null && this.#current.ran !== null;
  }

  get cwd(): string {
    return this.#cwd;
  }

  /** Starts bash ahead of the first command. A failure shows there. */
  warm(): void {
    this.#started().catch(() => {
      this.#bash = null;
    });
  }

  /** A second command waits for the first. */
  async run(command: string, options: RunOptions = {}): Promise<ShellResult> {
    checkCommand(command);
    const result = this.#last.then(async () => {
      await this.#current?.end;
      return this.#run(command, options);
    });
    this.#last = result.catch(() => {}); // told to whoever asked
    return result;
  }

  async poll(options: PollOptions): Promise<ShellResult> {
    const current = this.#current;
    if (current === null) throw new ModelFacingError('nothing-running', 'nothing runs in this session');
    current.onOutput = options.onOutput;
    if (current.ran === null) {
      if (options.send !== undefined) current.bash.signal(options.send);
      if (options.input !== undefined) type(current.bash, options.input);
      if (options.send !== undefined || options.input !== undefined) current.lastOutput = performance.now();
    }
    return this.#wait(current, options.yieldSeconds, options.signal);
  }

  async dispose(): Promise<void> {
    const bash = this.#bash;
    this.#bash = null;
    const started = await bash?.catch(() => null);
    started?.end();
  }

  async #run(command: string, options: RunOptions): Promise<ShellResult> {
    let bash = await this.#started();
    const replaced = !bash.alive;
    if (replaced) {
      this.#bash = null;
      bash = await this.#started();
    }
    const current = this.#begin(bash, command, { ...options, replaced });
    return this.#wait(current, options.yieldSeconds, undefined);
  }

  #begin(bash: BashProcess, command: string, options: RunOptions & { replaced: boolean }): Current {
    const { yieldSeconds, replaced, onOutput, ...rest } = options;
    const limit =
      yieldSeconds === undefined ? rest.timeoutSeconds : (rest.timeoutSeconds ?? NO_LIMIT_SECONDS);
    const started = performance.now();
    const ran = bash.run(command, {
      ...rest,
      ...(limit !== undefined && { timeoutSeconds: limit }),
      onOutput: (chunk) => {
        const bytes = Buffer.from(chunk);
        current.output.push(bytes);
        current.transcript.push(bytes);
        current.lastOutput = performance.now();
        current.lastText = (current.lastText + chunk).slice(-PROMPT_CHARACTERS);
        current.onOutput?.(chunk);
      },
    });
    const current: Current = {
      command,
      bash,
      replaced,
      started,
      ran: null,
      end: ran.then((end) => {
        current.ran = end;
        current.transcript.close();
      }),
      output: new Output(),
      transcript: new Transcript(bash.box),
      lastOutput: started,
      lastText: '',
      onOutput,
    };
    this.#current = current;
    return current;
  }

  /** Until it ends, or `seconds` have passed, or it waits for input; without `seconds` until it ends. */
  async #wait(
    current: Current,
    seconds: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ShellResult> {
    if (seconds === undefined) await current.end;
    else await this.#yielding(current, seconds, signal);
    if (current.ran === null) current.bash.drain();
    const { ran, output, replaced } = current;
    current.output = new Output();
    const kept = current.transcript.path;
    const told = { output: output.text(), outputBytes: output.bytes, kept };
    if (ran === null) {
      const waitsForInput = seemsToAsk(current);
      const spent = (performance.now() - current.started) / 1000;
      return {
        ...told,
        cwd: this.#cwd,
        ended: 'running',
        exitCode: null,
        seconds: spent,
        restarted: replaced,
        endedJobs: 0,
        waitsForInput,
      };
    }
    this.#current = null;
    if (ran.cwd !== null) this.#cwd = ran.cwd;
    if (!ran.alive) this.#bash = null;
    return {
      ...ran.result,
      ...told,
      cwd: this.#cwd,
      restarted: replaced || !ran.alive,
      endedJobs: ran.endedJobs,
      waitsForInput: false,
    };
  }

  #yielding(current: Current, seconds: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearInterval(look);
        clearTimeout(limit);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      let asked = false;
      const look = setInterval(() => {
        const asks = seemsToAsk(current);
        // Its question may still be on its way through the terminal: a second look tells.
        if (asks && asked) done();
        asked = asks;
      }, LOOK_MS);
      const limit = setTimeout(done, seconds * 1000);
      signal?.addEventListener('abort', done);
      current.end.then(done, done);
    });
  }

  #started(): Promise<BashProcess> {
    this.#bash ??= this.#start();
    return this.#bash;
  }

  async #start(): Promise<BashProcess> {
    const box = await this.#box();
    const terminal = this.#wantsTerminal && (await terminalWorks(box));
    this.#terminal = terminal;
    return BashProcess.start(box, this.#cwd, terminal).catch(async (error: unknown) => {
      await this.#box(); // says so if the files are gone
      throw error;
    });
  }
}

/** Of the end of its output: a prompt is short. */
const PROMPT_CHARACTERS = 200;

/** Whether it waits for an answer: the kernel says so, or it fell silent behind what reads like a prompt. */
function seemsToAsk({ bash, lastOutput, lastText, ran }: Current): boolean {
  if (ran !== null) return false;
  const quiet = performance.now() - lastOutput;
  if (quiet >= PROMPT_QUIET_MS && PROMPT.test(lastText)) return true;
  return quiet >= QUIET_MS && bash.waitsForInput();
}

function type(bash: BashProcess, input: string): void {
  if (input.split('\n').some((line) => Buffer.byteLength(line) > MAX_INPUT_LINE_BYTES)) {
    throw new ModelFacingError(
      'input-too-long',
      `a terminal takes lines of up to ${MAX_INPUT_LINE_BYTES} bytes: put longer input into a file`,
    );
  }
  if (!bash.input(input)) {
    throw new ModelFacingError('no-input', 'the program does not take its input: nothing was typed');
  }
}
