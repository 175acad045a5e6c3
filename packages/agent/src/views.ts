import type { EventOf } from '@heddle/core';
import type { ExecResult } from '@heddle/workspace';
import { excerpt } from './excerpt.ts';
import type { ViewEnd } from './hands.ts';

/** A view runs before every request, so it must be quick. */
export const VIEW_SECONDS = 10;
/** About 500 tokens, told each time they change. */
const MAX_CHARACTERS = 2_000;

/** Whether a command can be a view. Exit code 1 without a word is how grep, diff and their like say that there is nothing. */
export function shows({ output, exitCode, ended }: ExecResult): boolean {
  return ended === 'exited' && (exitCode === 0 || (exitCode === 1 && output.trim() === ''));
}

/** What a view showed, or why it did not. */
export function viewEnd(ran: ExecResult, mask: (text: string) => string): Omit<ViewEnd, 'seconds'> {
  const { output, exitCode, ended } = ran;
  const text = excerpt(mask(output.trimEnd()), MAX_CHARACTERS).text;
  if (shows(ran)) return { outcome: 'ok', content: text === '' ? '(empty)' : text };
  const how =
    ended === 'exited'
      ? `exit code ${exitCode}`
      : ended === 'timeout'
        ? `longer than ${VIEW_SECONDS} s`
        : ended;
  return { outcome: 'error', content: [`(failed: ${how})`, text].filter(Boolean).join('\n') };
}

/** A program whose output the model is told whenever it has changed. */
interface ViewState {
  readonly command: string;
  /** What the model was last told; null before the first time. */
  readonly told: string | null;
  /** The step after which the model was told so. */
  readonly toldAt: number;
  /** The step before whose request it last ran. */
  readonly step: number;
  /** Times in a row it could not be run. */
  readonly failures: number;
}

/** Before any step. */
const NEVER = -1;

/** Then it is taken away. */
const MAX_FAILURES = 3;

/** The views of a rollout. */
export class Views {
  readonly #byName = new Map<string, ViewState>();

  get names(): ReadonlySet<string> {
    return new Set(this.#byName.keys());
  }

  /** What the model was told before `step` it no longer sees. */
  forget(step: number): void {
    for (const [name, view] of this.#byName)
      if (view.toldAt < step) this.#byName.set(name, { ...view, told: null, step: NEVER });
  }

  /** One that has not run since the given step; null if all have. */
  due(step: number): { readonly view: string; readonly command: string } | null {
    const due = [...this.#byName].find(([, view]) => view.step !== step);
    return due === undefined ? null : { view: due[0], command: due[1].command };
  }

  /** Null takes it away. */
  set({ name, command }: { readonly name: string; readonly command: string | null }): void {
    if (command === null) this.#byName.delete(name);
    else this.#byName.set(name, { command, told: null, toldAt: NEVER, step: NEVER, failures: 0 });
  }

  /** What the model is to be told of it; null if nothing has changed. */
  refreshed({ view: name, outcome, content, step }: EventOf<'view.refreshed'>): string | null {
    const { command, told, toldAt, failures } = this.#byName.get(name)!;
    const failed = outcome === 'error' ? failures + 1 : 0;
    if (failed >= MAX_FAILURES) {
      this.#byName.delete(name);
      return `[view "${name}" failed ${failed} times in a row and is no longer run]\n${content}`;
    }
    const same = content === told;
    this.#byName.set(name, {
      command,
      told: content,
      toldAt: same ? toldAt : step,
      step,
      failures: failed,
    });
    return same ? null : `[view "${name}"]\n${content}`;
  }
}
