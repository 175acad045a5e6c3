import type { ExecOptions, Shell, ShellResult } from '../workspace.ts';
import { BashProcess } from './bash-process.ts';
import type { Box } from './box.ts';
import { checkCommand } from './shell-text.ts';

/** A persistent bash: started at the first command or before, replaced when it has ended or could not be stopped. */
export class BoxShell implements Shell {
  readonly #box: () => Promise<Box>;
  #cwd: string;
  #bash: Promise<BashProcess> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(box: () => Promise<Box>, cwd: string) {
    this.#box = box;
    this.#cwd = cwd;
  }

  /** Starts bash ahead of the first command. A failure shows there. */
  warm(): void {
    this.#started().catch(() => {
      this.#bash = null;
    });
  }

  /** A second command waits for the first. */
  async run(command: string, options: Omit<ExecOptions, 'stdin'> = {}): Promise<ShellResult> {
    checkCommand(command);
    const result = this.#last.then(() => this.#run(command, options));
    this.#last = result.catch(() => {}); // told to whoever asked
    return result;
  }

  async dispose(): Promise<void> {
    const bash = this.#bash;
    this.#bash = null;
    const started = await bash?.catch(() => null);
    started?.end();
  }

  async #run(command: string, options: ExecOptions): Promise<ShellResult> {
    let bash = await this.#started();
    const replaced = !bash.alive;
    if (replaced) {
      this.#bash = null;
      bash = await this.#started();
    }
    const { result, cwd, alive, endedJobs } = await bash.run(command, options);
    if (cwd !== null) this.#cwd = cwd;
    if (!alive) this.#bash = null;
    return { ...result, cwd: this.#cwd, restarted: replaced || !alive, endedJobs };
  }

  #started(): Promise<BashProcess> {
    this.#bash ??= this.#box().then((box) => BashProcess.start(box, this.#cwd));
    return this.#bash;
  }
}
