import { ModelFacingError } from '@heddle/core';
import type { Shell, Workspace } from '@heddle/workspace';

/** More at once than anyone can keep in mind. */
export const MAX_SESSIONS = 8;
/** Of a command named in a list. */
const MAX_COMMAND_CHARACTERS = 60;

interface Session {
  readonly number: number;
  readonly shell: Shell;
}

/** The shells of a rollout, by number from 1. */
export class Sessions {
  readonly #workspace: Workspace;
  readonly #shells = new Map<number, Shell>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /**
   * The session asked for, else the first that is idle, else a new one. `cwd`: where a new one is to begin; null: it
   * stays where it is. Throws ModelFacingError `session-busy`, `too-many-sessions`.
   */
  async idle(number: number | undefined): Promise<Session & { readonly cwd: string | null }> {
    const asked = number ?? this.#firstIdle();
    if (asked > MAX_SESSIONS) {
      throw new ModelFacingError(
        'too-many-sessions',
        `${MAX_SESSIONS} sessions are running programs: stop one first\n${this.#list().join('\n')}`,
      );
    }
    const known = this.#shells.get(asked);
    if (known?.running) throw new ModelFacingError('session-busy', busyText(asked, known));
    if (known) return { number: asked, shell: known, cwd: null };
    const shell = await this.#workspace.shell({ terminal: true });
    this.#shells.set(asked, shell);
    // A second terminal begins where the first is, as with people.
    const first = this.#shells.get(1)?.cwd ?? this.#workspace.root;
    return { number: asked, shell, cwd: first === this.#workspace.root ? null : first };
  }

  /** The session asked for, or the only one with something to tell. Throws ModelFacingError `nothing-running`. */
  busy(number: number | undefined): Session {
    const running = [...this.#shells].filter(([, shell]) => shell.running !== null || shell.unread);
    const found = number === undefined ? running.at(0) : running.find(([each]) => each === number);
    if (found && (number !== undefined || running.length === 1)) return { number: found[0], shell: found[1] };
    const which =
      running.length === 0
        ? 'No session runs anything: give a command.'
        : `Say which session:\n${this.#list().join('\n')}`;
    throw new ModelFacingError(
      'nothing-running',
      number === undefined ? which : `Session ${number} runs nothing. ${which}`,
    );
  }

  /** What runs in which session, as data. */
  running(): { session: number; command: string; seconds: number }[] {
    return [...this.#shells].flatMap(([session, { running }]) =>
      running ? [{ session, command: clip(running.command), seconds: Math.round(running.seconds) }] : [],
    );
  }

  /** A line for each other session that runs something, or has ended unread. */
  others(than: number): string[] {
    return this.#list(than);
  }

  /** Whether nothing runs in any of them, background jobs included. */
  async atRest(signal: AbortSignal): Promise<boolean> {
    for (const shell of this.#shells.values()) {
      if (shell.running !== null) return false;
      if (shell.unread) continue;
      const jobs = await shell.run('jobs -pr', { signal });
      if (jobs.output.trim() !== '') return false;
    }
    return true;
  }

  async dispose(): Promise<void> {
    for (const shell of this.#shells.values()) await shell.dispose();
  }

  #firstIdle(): number {
    for (let number = 1; ; number++) {
      const shell = this.#shells.get(number);
      if (!shell || (shell.running === null && !shell.unread)) return number;
    }
  }

  #list(except?: number): string[] {
    return [...this.#shells].flatMap(([number, shell]) => {
      if (number === except) return [];
      if (shell.running) {
        const { command, seconds } = shell.running;
        return [`[session ${number} runs \`${clip(command)}\` since ${Math.round(seconds)} s]`];
      }
      return shell.unread ? [`[session ${number} has ended: read its end with {"session":${number}}]`] : [];
    });
  }
}

function busyText(number: number, { running }: Shell): string {
  return `Session ${number} still runs \`${clip(running!.command)}\` (${Math.round(running!.seconds)} s): read on with {"session":${number}}, stop it with {"session":${number},"signal":"INT"}, or leave session out to use another.`;
}

function clip(command: string): string {
  const line = command.trim().replaceAll(/\s+/g, ' ');
  return line.length <= MAX_COMMAND_CHARACTERS ? line : `${line.slice(0, MAX_COMMAND_CHARACTERS)}…`;
}
