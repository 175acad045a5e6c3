import { randomBytes } from 'node:crypto';
import type { ExecResult, Shell, Workspace } from '@heddle/workspace';
import { PYTHON_DRIVER } from './python-driver.ts';
import { quote } from './quote.ts';

/** A run of Python that can begin from a process with the libraries loaded. */
export interface PythonProgram {
  /** Shell text that starts the interpreter: variables, program, options. */
  readonly interpreter: string;
  readonly kind: 'module' | 'script';
  /** Of the module, or a path. */
  readonly name: string;
  readonly args: readonly string[];
  /** The same for the whole check; null where the program is the whole check. */
  readonly wholeArgs: readonly string[] | null;
}

/** What is loaded already; packages that start threads or want an order of their own are left to the runs. */
export type WarmLevel = 'plugins' | 'packages' | 'standard';

/** The interpreter and the libraries of a large project are loaded by then, or it is done without. */
const START_SECONDS = 30;
/** The driver ends runs itself; this is for a driver that was stopped. */
const SLACK_SECONDS = 5;
/** Names the file descriptors of the driver's own; the shell and most programs use lower ones. */
const COPROCESS = 'HEDDLE_WARM';

/** What the driver said, and what the run printed. */
interface Answer {
  /** Null: none came, or the shell's command ended otherwise. */
  readonly words: readonly string[] | null;
  readonly result: ExecResult;
}

/**
 * The driver in one workspace. It is a job of the workspace's shell, which passes on what it is told and answers;
 * what the runs print is the shell's output.
 */
export class WarmPython {
  readonly #shell: Shell;
  readonly #signal: AbortSignal;
  #alive = true;

  /**
   * Null: this Python can't do it, or not so much. `learn` is how long a run may take that shows which libraries are
   * needed; null: none are loaded.
   */
  static async start(
    workspace: Workspace,
    program: PythonProgram,
    { level, learn, signal }: { level: WarmLevel; learn: number | null; signal: AbortSignal },
  ): Promise<WarmPython | null> {
    const warm = new WarmPython(await workspace.shell(), signal);
    if (await warm.#load(program, learn, level)) return warm;
    await warm.dispose();
    return null;
  }

  private constructor(shell: Shell, signal: AbortSignal) {
    this.#shell = shell;
    this.#signal = signal;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs the program anew, with its own arguments if none are given. Null: the driver is lost, and nothing can be said. */
  async run(limitSeconds: number, args?: readonly string[]): Promise<ExecResult | null> {
    if (!this.#alive) return null;
    const text = `run ${limitSeconds} 0${args === undefined ? '' : ` ${JSON.stringify(args)}`}`;
    const { words, result } = await this.#ask(text, limitSeconds + SLACK_SECONDS);
    if (words?.[0] === 'exit') return { ...result, exitCode: Number(words[1]) };
    if (words?.[0] === 'hung') return { ...result, ended: 'timeout', exitCode: null };
    await this.dispose();
    return LIMITS.has(result.ended) ? result : null;
  }

  async dispose(): Promise<void> {
    this.#alive = false;
    await this.#shell.dispose();
  }

  async #load(program: PythonProgram, learn: number | null, level: WarmLevel): Promise<boolean> {
    const { interpreter, kind, name, args } = program;
    const words = [kind, name, ...args].map(quote).join(' ');
    const start =
      `exec 36>&1; coproc ${COPROCESS} { ${interpreter} -c ${quote(PYTHON_DRIVER)} ${words} ` +
      '33<&0 0</dev/null 34>&1 1>&36 2>&36 36>&-; }; exec 36>&-';
    const ready = await this.#hear(start, START_SECONDS);
    if (ready.words?.[0] !== 'ready') return false;
    if (learn === null) return true;
    const run = await this.#ask(`run ${learn} 1`, learn + SLACK_SECONDS);
    if (run.words?.[0] !== 'exit') return false;
    const loaded = await this.#ask(`load ${level}`, START_SECONDS);
    return loaded.words?.[0] === 'ok';
  }

  #ask(text: string, seconds: number): Promise<Answer> {
    return this.#hear(`printf '%s\\n' ${quote(text)} >&"\${${COPROCESS}[1]}"`, seconds);
  }

  /** Runs `command`, then waits for a line of the driver, which comes behind a mark no run knows. */
  async #hear(command: string, seconds: number): Promise<Answer> {
    const mark = randomBytes(12).toString('hex');
    const ran = await this.#shell.run(
      `{ ${command}; } 2>/dev/null && IFS= read -r -u "\${${COPROCESS}[0]}" REPLY 2>/dev/null && printf '\\n%s %s\\n' ${mark} "$REPLY"`,
      { timeoutSeconds: seconds, signal: this.#signal },
    );
    if (ran.ended === 'running') throw new Error('a shell came back before it was asked to');
    const result = { ...ran, ended: ran.ended };
    const at = result.output.lastIndexOf(`\n${mark} `);
    if (result.ended !== 'exited' || at < 0) return { words: null, result };
    const words = result.output.slice(at).trim().split(' ').slice(1);
    return { words, result: { ...result, output: result.output.slice(0, at) } };
  }
}

/** A candidate that meets one of the sandbox's walls would meet it in a process of its own too. */
const LIMITS: ReadonlySet<string> = new Set(['memory', 'processes', 'output', 'aborted']);
