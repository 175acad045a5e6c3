import { actionProblem, actionTitle, guardDetailsOf, secondsOfPerson, WorkClock } from '@heddle/agent';
import { type EventOf, isPeerEvent, type PeerEvent, type Recorded, type Usage } from '@heddle/core';
import type { ActionLine, Mark, StepLine } from '../../told/steps.ts';
import { CheckFold } from './check-fold.ts';
import { markOf } from './marks.ts';
import { firstWords } from './words.ts';

const MAX_THOUGHT = 240;
const MAX_TITLE = 200;
/** Told of one step; its details have all. */
const MOST_ACTIONS = 12;
const MOST_MARKS = 10;
const MOST_FILES = 8;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface OpenLine extends Writable<Omit<StepLine, 'actions' | 'checks' | 'files' | 'marks'>> {
  actions: ActionLine[];
  checks: StepLine['checks'][number][];
  files: StepLine['files'][number][];
  marks: Mark[];
}

/** A step, and where its events are. */
export interface IndexedStep {
  readonly line: OpenLine;
  /** Positions of its events, both included. */
  readonly first: number;
  last: number;
  /** Snapshots of the files before it and after it; null: there is no workspace yet. */
  readonly before: string | null;
  after: string | null;
  requested: boolean;
}

/** A rollout's steps in few words: a fold of its events that is kept, so that each event is read once. */
export class StepFold {
  readonly steps: IndexedStep[] = [];
  readonly checks = new CheckFold();
  readonly #own: string;
  readonly #started = new Map<string, EventOf<'action.started'>>();
  #snapshot: string | null = null;
  readonly #clock = new WorkClock();

  constructor(rollout: string) {
    this.#own = rollout;
  }

  apply(recorded: Recorded): void {
    const { event, position } = recorded;
    // What the end of an action gives back to a person has passed in the same step.
    const passed = this.#clock.passed(recorded);
    const step = this.#stepOf(recorded);
    step.line.seconds += passed;
    step.last = position;
    this.#tell(step, recorded);
    const mark = markOf(event);
    if (mark !== null && step.line.marks.length < MOST_MARKS) step.line.marks.push(mark);
    if ('snapshot' in event && CHANGES_FILES.has(event.type)) {
      this.#snapshot = event.snapshot as string;
      step.after = this.#snapshot;
    }
  }

  #stepOf({ event, at, position, rollout }: Recorded): IndexedStep {
    const current = this.steps.at(-1);
    if (current === undefined) return this.#begin(0, { at, position, rollout });
    if (event.type === 'model.requested' && event.step !== current.line.n)
      return this.#begin(event.step, { at, position, rollout });
    if (isPeerEvent(event) && 'step' in event && event.step > current.line.n)
      return this.#begin(event.step, { at, position, rollout });
    return current;
  }

  #begin(n: number, { at, position, rollout }: Pick<Recorded, 'at' | 'position' | 'rollout'>): IndexedStep {
    this.#started.clear();
    const step: IndexedStep = {
      line: {
        ...{ n, at, seconds: 0, modelSeconds: 0, tokens: null, usd: 0, finish: null, thought: '' },
        ...{ actions: [], actionCount: 0, checks: [], files: [], fileCount: 0, marks: [] },
        inherited: rollout !== this.#own,
      },
      ...{ first: position, last: position, before: this.#snapshot, after: this.#snapshot },
      requested: false,
    };
    this.steps.push(step);
    return step;
  }

  #tell(step: IndexedStep, { event }: Recorded): void {
    const { line } = step;
    switch (event.type) {
      case 'workspace.prepared':
        (step as Writable<IndexedStep>).before = event.snapshot;
        return;
      case 'model.requested':
        step.requested = true;
        return;
      case 'model.completed':
        this.#replied(line, event);
        return;
      case 'model.retried':
      case 'model.failed':
        if (event.spent !== undefined) spend(line, event.spent.usage, event.spent.usd);
        return;
      case 'model.consulted':
        line.usd += event.usd;
        return;
      case 'action.started':
        this.#started.set(event.call, event);
        this.#act(line, {
          ...{ call: event.call, tool: event.tool, outcome: 'running', problem: '', seconds: 0 },
          title: firstWords(actionTitle(event.tool, event.input), MAX_TITLE),
          nested: event.parent !== undefined,
        });
        return;
      case 'action.completed':
        this.#acted(line, event);
        return;
      case 'check.completed':
        line.checks.push(this.checks.ran(event));
        return;
      default:
        if (isPeerEvent(event)) this.#peer(line, event);
    }
  }

  #replied(line: OpenLine, { content, usage, usd, seconds, finish }: EventOf<'model.completed'>): void {
    const said = content.find((part) => part.type === 'text' && part.text.trim() !== '');
    const thought = content.find((part) => part.type === 'reasoning' && part.text.trim() !== '');
    const words = said ?? thought;
    line.thought = words === undefined || words.type === 'call' ? '' : firstWords(words.text, MAX_THOUGHT);
    line.modelSeconds += seconds;
    line.finish = finish;
    spend(line, usage, usd);
  }

  #act(line: OpenLine, action: ActionLine): void {
    line.actionCount += 1;
    if (line.actions.length < MOST_ACTIONS) line.actions.push(action);
  }

  #acted(line: OpenLine, event: EventOf<'action.completed'>): void {
    this.#change(line, event.changed);
    const at = line.actions.findLastIndex(({ call }) => call === event.call);
    if (at === -1) return;
    const seconds = Math.max(0, event.seconds - secondsOfPerson(event));
    const refused = guardDetailsOf(event.details)?.decision === 'refused';
    const problem = refused ? 'refused' : firstWords(actionProblem(event), MAX_TITLE);
    line.actions[at] = { ...line.actions[at]!, outcome: event.outcome, problem, seconds };
  }

  #change(line: OpenLine, changed: StepLine['files']): void {
    for (const each of changed) {
      if (line.files.some(({ path }) => path === each.path)) continue;
      line.fileCount += 1;
      if (line.files.length < MOST_FILES) line.files.push(each);
    }
  }

  #peer(line: OpenLine, event: PeerEvent): void {
    switch (event.type) {
      case 'peer.said':
        if (line.thought === '' && (event.kind === 'message' || event.kind === 'thought'))
          line.thought = firstWords(event.text, MAX_THOUGHT);
        return;
      case 'peer.called':
        this.#act(line, {
          ...{
            call: event.call,
            tool: event.kind,
            outcome: 'running',
            problem: '',
            seconds: 0,
            nested: false,
          },
          title: peerTitle(event),
        });
        return;
      case 'peer.returned': {
        const end = { outcome: event.outcome, title: peerTitle(event), seconds: event.seconds } as const;
        const at = line.actions.findLastIndex(({ call }) => call === event.call);
        if (at !== -1) line.actions[at] = { ...line.actions[at]!, ...end };
        else this.#act(line, { call: event.call, tool: event.kind, problem: '', nested: false, ...end });
        return;
      }
      case 'peer.changed':
        this.#change(line, event.changed);
        return;
      case 'peer.spent':
        if (event.usage !== null) spend(line, event.usage, event.usd);
        else line.usd += event.usd;
        return;
      default:
        return;
    }
  }
}

/** A call of a foreign program in one line, without the kind where its title says it. */
export function peerTitle({ title, kind }: Pick<EventOf<'peer.called'>, 'title' | 'kind'>): string {
  const text = firstWords(title, MAX_TITLE);
  return kind === 'other' || text.toLowerCase().startsWith(kind) ? text : `${kind}: ${text}`;
}

/** Those whose snapshot is the workspace's from then on; a nested action's is only when its caller has ended. */
const CHANGES_FILES: ReadonlySet<string> = new Set([
  'workspace.prepared',
  'workspace.restored',
  'action.completed',
  'peer.changed',
]);

function spend(line: OpenLine, usage: Usage, usd: number): void {
  const before = line.tokens ?? { input: 0, cached: 0, output: 0 };
  line.tokens = {
    input: before.input + usage.inputTokens,
    cached: before.cached + usage.cacheReadTokens,
    output: before.output + usage.outputTokens,
  };
  line.usd += usd;
}
