import { actionProblem, actionTitle, isRelay, RELAY_WAITS } from '@heddle/agent';
import {
  type CheckOutcome,
  type EventOf,
  isCompositionEvent,
  isPeerEvent,
  type PeerEvent,
  type Recorded,
} from '@heddle/core';
import { comparedShort } from './compared-text.ts';
import { foldText } from './fold-text.ts';
import { hookLines } from './hook-text.ts';
import { knowledgeText } from './knowledge-text.ts';
import { changeText } from './outcome.ts';
import type { Palette } from './palette.ts';
import { callTitle, peerTitle } from './peer-text.ts';
import { type StepSummary, stepLine } from './step-line.ts';
import { clip, duration, firstLine, oneLine, printable } from './text.ts';

interface Look {
  readonly columns: number;
  readonly palette: Palette;
}

/** Failing tests named before the first edit: enough to see what it is about. */
const MAX_NAMES = 3;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Tells a rollout as it goes, one line a step. A fold over its events, so that every view, live or plain, says the
 * same; `event` gives the lines that are now final.
 */
export class Narrator {
  readonly #look: () => Look;
  readonly #checks = new Map<string, CheckOutcome>();
  #checkCount = 0;
  /** Another program does the work, and runs no checks of ours. */
  #foreign = false;
  #step: Mutable<StepSummary> | null = null;
  /** The model is a relay, and nothing has been said about that yet. */
  #relayed = false;
  /** An action is under way. */
  #acting = false;
  /** The last call that a program made: its own action tells what came of it. */
  #nested = '';

  /** The rival has failed in this step; and that has been told. */
  #failed = false;
  #failureTold = false;

  constructor(look: () => Look) {
    this.#look = look;
  }

  event({ rollout, event }: Recorded): string[] {
    const { palette } = this.#look();
    switch (event.type) {
      case 'rollout.started':
        this.#relayed = isRelay(event.config.model);
        this.#checkCount = event.config.checks.length;
        this.#foreign = event.config.peer !== undefined;
        return this.#started(rollout, event);
      case 'rollout.forked':
        this.#relayed = isRelay(event.config.model);
        this.#step = null;
        return [
          `${palette.bold(`heddle ${rollout}`)}  ${event.config.model}`,
          palette.dim(`  goes on from ${event.parent.rollout} after step ${event.parent.step}`),
        ];
      case 'rollout.resumed':
        this.#relayed = isRelay(event.config.model);
        return [`${palette.bold(`heddle ${rollout}`)}  resumed`];
      case 'workspace.prepared':
        return [
          ...event.notes.map((note) => this.#warning(note)),
          ...knowledgeText(event).map((line) => palette.dim(this.#fit(`  ${line}`))),
          ...(this.#checkCount === 0 && !this.#foreign
            ? [this.#warning('no check was found: give one with --check "…"')]
            : []),
        ];
      case 'check.completed':
        return this.#check(event);
      case 'note.added':
        if (event.from === 'user') return [palette.cyan(`  you: ${oneLine(event.text)}`)];
        if (event.about === 'guide' && event.name !== undefined)
          return [...this.#flush(), palette.dim(this.#fit(`  guide: ${printable(event.name)}`))];
        return event.about === 'limit' || event.about === 'nudge'
          ? [...this.#flush(), palette.dim(this.#fit(`  ${event.about}: ${oneLine(event.text)}`))]
          : [];
      case 'model.requested': {
        const lines = this.#flush();
        if (this.#relayed) lines.push(palette.cyan(`  ${RELAY_WAITS}`));
        this.#relayed = false;
        this.#step = { step: event.step, say: '', actions: [], checks: [] };
        this.#failed = false;
        return lines;
      }
      case 'model.retried':
        return [this.#warning(`${event.message}; asking again in ${duration(event.waitSeconds)}`)];
      case 'model.failed':
        return [...this.#flush(), palette.red(`  ✗ ${printable(event.message)}`)];
      case 'model.completed':
        if (this.#step !== null) this.#step.say = sayOf(event);
        return [];
      case 'action.started':
        if (event.parent === undefined) return this.#act(event);
        this.#nested = event.call;
        return [];
      case 'action.completed':
        return [
          ...(event.call === this.#nested ? [] : this.#endAction(actionProblem(event))),
          ...hookLines(event).map(({ text, failed }) =>
            failed ? this.#warning(text) : palette.dim(this.#fit(`  ${text}`)),
          ),
        ];
      case 'rollout.paused':
        if (this.#acting) this.#endAction('interrupted');
        return this.#flush();
      case 'rollout.completed':
        return this.#flush();
      case 'memory.folded':
        return [...this.#flush(), palette.dim(this.#fit(`  ${foldText(event)}`))];
      case 'edit.compared':
        if (this.#step !== null) this.#step.compared = comparedShort(event);
        return this.#rivalFailed(event);
      case 'model.consulted':
        if (event.role === 'rival' && event.failure !== undefined) this.#failed = true;
        return [];
      case 'view.refreshed':
      case 'workspace.restored':
      case 'check.started':
        return [];
      default:
        if (isPeerEvent(event)) return this.#peer(event);
        return isCompositionEvent(event) ? [] : (event satisfies never);
    }
  }

  /** A step of a foreign program ends when the next begins, or with the program. */
  #peer(event: PeerEvent): string[] {
    const { palette } = this.#look();
    const lines: string[] = [];
    if ('step' in event && event.step > (this.#step?.step ?? 0)) {
      lines.push(...this.#flush());
      this.#step = { step: event.step, say: '', actions: [], checks: [] };
    }
    if (event.type === 'peer.started') lines.push(palette.dim(this.#fit(`  ${peerTitle(event)}`)));
    if (event.type === 'peer.said' && event.kind === 'message' && this.#step !== null)
      this.#step.say = oneLine(`${this.#step.say} ${event.text}`);
    if (event.type === 'peer.returned' && this.#step !== null) {
      const { title, kind, outcome } = event;
      const action = { title: callTitle({ title, kind }), problem: outcome === 'ok' ? '' : outcome };
      this.#step.actions = [...this.#step.actions, action];
    }
    if (event.type === 'peer.asked' && event.answer === 'refused')
      lines.push(this.#warning(`refused: ${event.about} ${oneLine(event.subject)}`));
    if (event.type === 'peer.completed') {
      lines.push(...this.#flush());
      if (event.end !== 'finished') lines.push(this.#warning(`${event.end}: ${oneLine(event.why)}`));
    }
    return lines;
  }

  #started(rollout: string, { task, config }: EventOf<'rollout.started'>): string[] {
    const { palette } = this.#look();
    return [
      `${palette.bold(`heddle ${rollout}`)}  ${config.model}  ${palette.dim(config.sandbox)}`,
      this.#fit(`  ${firstLine(task.text)}`),
    ];
  }

  /** Told once: the rollout does without. */
  #rivalFailed({ why }: EventOf<'edit.compared'>): string[] {
    const tell = this.#failed && !this.#failureTold;
    this.#failureTold ||= tell;
    this.#failed = false;
    return tell ? [this.#warning(`no second edit: ${oneLine(why)}`)] : [];
  }

  #act({ tool, input }: EventOf<'action.started'>): string[] {
    this.#acting = true;
    if (this.#step !== null)
      this.#step.actions = [...this.#step.actions, { title: actionTitle(tool, input), problem: '' }];
    return [];
  }

  #endAction(problem: string): string[] {
    this.#acting = false;
    const actions = this.#step?.actions ?? [];
    const last = actions.at(-1);
    if (this.#step !== null && last !== undefined)
      this.#step.actions = [...actions.slice(0, -1), { ...last, problem }];
    return [];
  }

  #check({ check, outcome, seconds, step }: EventOf<'check.completed'>): string[] {
    const before = this.#checks.get(check) ?? null;
    this.#checks.set(check, outcome);
    if (step === 0 || this.#step === null) return this.#firstRun(check, outcome, seconds);
    const earlier = this.#step.checks.find(({ name }) => name === check);
    const change = { name: check, before: earlier?.before ?? before, after: outcome };
    this.#step.checks = [...this.#step.checks.filter((each) => each !== earlier), change];
    return [];
  }

  #firstRun(check: string, outcome: CheckOutcome, seconds: number): string[] {
    const { palette } = this.#look();
    const more = outcome.failing.length - MAX_NAMES;
    return [
      `  ${check}  ${changeText(null, outcome, palette)}  ${palette.dim(duration(seconds))}`,
      ...outcome.failing.slice(0, MAX_NAMES).map((name) => palette.red(this.#fit(`    ✗ ${oneLine(name)}`))),
      ...(more > 0 ? [palette.red(`    and ${more} more`)] : []),
    ];
  }

  #flush(): string[] {
    const step = this.#step;
    this.#step = null;
    return step === null ? [] : [stepLine(step, this.#look())];
  }

  #warning(text: string): string {
    return this.#look().palette.yellow(`  ! ${printable(text)}`);
  }

  #fit(text: string): string {
    return clip(text, this.#look().columns);
  }
}

function sayOf({ content }: EventOf<'model.completed'>): string {
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join(' ');
  return oneLine(text);
}
