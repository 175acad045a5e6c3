import { OperatorError } from '@heddle/core';
import type { WorkspaceLimits } from '../limits.ts';
import { FILES_MOUNTED } from '../sandbox/files-overlay.ts';
import type { BoxPlan, Inside, Sandbox } from '../sandbox/sandbox.ts';
import type { BoxProcess, KernelLimits } from './box-process.ts';
import { MAX_MESSAGE_BYTES } from './hand-in.ts';
import { LocalProcess } from './local-process.ts';
import { descendants, kill, markedProcesses, privateBytes, startVariable } from './processes.ts';
import { type RunProcesses, runProcesses } from './run-processes.ts';
import { CALL_VARIABLE, SUPERVISOR } from './supervisor.ts';
import { BOX_STARTS } from './turns.ts';
import { Watchdog } from './watchdog.ts';

/** Why a box ended by itself or was ended. */
export type BoxEnd = 'memory' | 'processes' | 'lost';

/** A box that has not answered by then never will. */
const READY_MS = 20_000;

type Reply = (word: string, rest: string) => void;

/**
 * A running sandbox: one set of namespaces with a supervisor in it that starts commands and shells.
 * It is killed as a whole; a workspace starts another one when it needs it.
 */
export class Box {
  readonly plan: BoxPlan;
  readonly limits: WorkspaceLimits;
  /** Folder of the pipes as seen inside. */
  readonly pipesInside: string;
  /** The temporary folder as seen inside. */
  readonly tmpInside: string;
  /** Prefix of call names: where a box has no process namespace, it must be unique on the machine. */
  readonly #callPrefix: string;
  readonly #process: BoxProcess;
  readonly #watchdog: Watchdog;
  readonly #replies = new Map<string, Reply>();
  readonly #endListeners = new Set<(end: BoxEnd) => void>();
  #kernel: KernelLimits | null = null;
  #end: BoxEnd | null = null;
  readonly #calls = { exec: 0, shell: 0, run: 0, output: 0, spawn: 0 };
  #received = '';
  #said = '';
  /** Told while it starts. */
  #failed: ((why: string) => void) | null = null;

  static start(sandbox: Sandbox, plan: BoxPlan, limits: WorkspaceLimits): Promise<Box> {
    return BOX_STARTS.take(() => Box.#start(sandbox, plan, limits));
  }

  static async #start(sandbox: Sandbox, plan: BoxPlan, limits: WorkspaceLimits): Promise<Box> {
    const launch = await sandbox.launch(plan);
    const inside = sandbox.inside(plan);
    const parameters = [
      inside.pipes,
      `${Math.ceil(limits.fileBytes / 1024)}`,
      `${sandbox.walled ? userProcessLimit(limits) : 0}`,
    ];
    const supervisor = ['bash', '--norc', '--noprofile', '-c', SUPERVISOR, 'heddle', ...parameters];
    const outermost =
      'start' in launch
        ? await launch.start(supervisor, limits)
        : new LocalProcess([launch.command, ...launch.args, ...supervisor], {
            cwd: plan.files,
            env: plan.env,
          });
    const box = new Box(outermost, { plan, limits, inside, shared: sandbox.kind === 'host' });
    await box.#ready(sandbox.kind);
    return box;
  }

  private constructor(
    outermost: BoxProcess,
    of: { plan: BoxPlan; limits: WorkspaceLimits; inside: Inside; shared: boolean },
  ) {
    this.#process = outermost;
    this.plan = of.plan;
    this.limits = of.limits;
    this.pipesInside = of.inside.pipes;
    this.tmpInside = of.inside.tmp;
    this.#callPrefix = of.shared ? `${process.pid}-${outermost.pid}-` : '';
    this.#watchdog = new Watchdog({
      limits: of.limits,
      root: () => this.pid,
      breach: (end) => this.kill(end),
    });
    outermost.listen({
      output: (chunk) => this.#hear(chunk.toString()),
      complaint: (chunk) => {
        this.#said = (this.#said + chunk.toString()).slice(-2_000);
      },
      closed: (why) => {
        this.#failed?.(why);
        this.#ended('lost');
      },
    });
  }

  /** Of the outermost process; everything in the box is below it. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Its programs are not this machine's. */
  get foreign(): boolean {
    return this.#process.foreign;
  }

  get end(): BoxEnd | null {
    return this.#end;
  }

  /** A name for the next call, the value of {@link CALL_VARIABLE} in its processes. */
  nextCall(kind: 'exec' | 'shell' | 'run' | 'output' | 'spawn'): string {
    this.#calls[kind]++;
    return `${this.#callPrefix}${kind}${this.#calls[kind]}`;
  }

  /** Shell text for the supervisor; must go to the background by itself. Answers that name `id` go to `reply`. */
  request(id: string, text: string, reply: Reply): void {
    this.#replies.set(id, reply);
    this.#process.write(`${text}\0`);
  }

  forget(id: string): void {
    this.#replies.delete(id);
  }

  /** Called at once if it has ended already. */
  onEnd(listener: (end: BoxEnd) => void): void {
    if (this.#end !== null) listener(this.#end);
    else this.#endListeners.add(listener);
  }

  offEnd(listener: (end: BoxEnd) => void): void {
    this.#endListeners.delete(listener);
  }

  /** Programs are running until the returned function is called; then background jobs are still watched. */
  watch(): () => void {
    return this.#watchdog.begin();
  }

  /** A shell and the process that holds it: at rest, no reason to watch. */
  atRest(processes: number): void {
    this.#watchdog.baseline += processes;
  }

  /** Ends the processes of a call with all below them, also those that left their parents. */
  killCall(id: string): void {
    const victims = this.#processesOf(id);
    if (this.#callPrefix !== '')
      for (const pid of markedProcesses(CALL_VARIABLE, (marker) => marker === id)) victims.add(pid);
    for (const pid of victims) kill(pid);
  }

  /** Private memory of the processes of a call, in bytes. */
  memoryOf(id: string): number {
    let bytes = 0;
    for (const pid of this.#processesOf(id)) bytes += privateBytes(pid);
    return bytes;
  }

  /** Those of a call and all below them. */
  #processesOf(id: string): Set<number> {
    const found = new Set<number>();
    for (const { pid, parent } of descendants(this.pid)) {
      if (found.has(parent) || startVariable(pid, CALL_VARIABLE) === id) found.add(pid);
    }
    return found;
  }

  /** The processes of a shell's command, and its bash; see {@link runProcesses}. */
  run(of: { readonly shell: string; readonly run: string; readonly seconds: number }): RunProcesses {
    const found = runProcesses(descendants(this.pid), of);
    if (this.#callPrefix !== '')
      for (const pid of markedProcesses(CALL_VARIABLE, (marker) => marker === of.run)) found.begun.add(pid);
    return found;
  }

  /** The kernel ended something in it for want of memory since last asked. */
  ranOutOfMemory(): boolean {
    return this.#kernel?.newKills() ?? false;
  }

  /** Ends everything at once. */
  kill(end: BoxEnd): void {
    if (this.#end !== null) return;
    for (const { pid } of descendants(this.pid)) kill(pid);
    const prefix = this.#callPrefix;
    if (prefix !== '')
      for (const pid of markedProcesses(CALL_VARIABLE, (marker) => marker.startsWith(prefix))) kill(pid);
    this.#ended(end);
  }

  /** Resolves when no process of it is left. */
  async dispose(): Promise<void> {
    this.kill('lost');
    await this.#process.gone();
    await this.#kernel?.remove();
  }

  #ended(end: BoxEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#watchdog.stop();
    for (const listener of [...this.#endListeners]) listener(end);
    this.#endListeners.clear();
    this.#replies.clear();
  }

  #ready(kind: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (why: string) => {
        clearTimeout(timer);
        this.kill('lost');
        const said = this.#said.trim().split('\n').at(-1);
        reject(
          new OperatorError('sandbox-failed', `the sandbox ${kind} did not start: ${said || why}`, {
            hint: 'see `heddle doctor`, or choose another with --sandbox',
          }),
        );
      };
      const timer = setTimeout(() => failed(`no answer within ${READY_MS / 1000} s`), READY_MS);
      this.#failed = failed;
      this.#replies.set(FILES_MOUNTED, () => {
        this.#replies.delete(FILES_MOUNTED);
        this.plan.overlay?.hold(this.pid);
      });
      this.#replies.set('ready', () => {
        clearTimeout(timer);
        this.#replies.delete('ready');
        this.#watchdog.baseline = descendants(this.pid).length;
        this.#failed = null;
        this.#kernel = this.#process.limit(this.limits);
        resolve();
      });
    });
  }

  #hear(text: string): void {
    this.#received += text;
    if (this.#received.length > MAX_MESSAGE_BYTES && !this.#received.includes('\0')) this.kill('lost');
    for (let end = this.#received.indexOf('\0'); end >= 0; end = this.#received.indexOf('\0')) {
      const [word = '', id = '', ...rest] = this.#received.slice(0, end).split(' ');
      this.#received = this.#received.slice(end + 1);
      try {
        this.#replies.get(word === 'ready' ? 'ready' : id)?.(word, rest.join(' '));
      } catch {
        this.kill('lost'); // a program in the box has swapped or spoilt one of our pipes
      }
    }
  }
}

/** The kernel's own count per user; it counts threads. Root is exempt from it. */
const THREADS_PER_PROCESS = 16;

function userProcessLimit({ processes }: WorkspaceLimits): number {
  return process.getuid?.() === 0 ? 0 : processes * THREADS_PER_PROCESS;
}
