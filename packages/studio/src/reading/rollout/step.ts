import {
  type AgentTree,
  actionProblem,
  actionTitle,
  type GuardDetails,
  guardDetailsOf,
  hookRecordsOf,
  secondsOfPerson,
} from '@heddle/agent';
import { type EventOf, isCompositionEvent, isPeerEvent, type Recorded } from '@heddle/core';
import type { Piece, StepTold } from '../../told/step.ts';
import { compositionPiece } from './composition-piece.ts';
import { fieldsOf } from './fields.ts';
import { longText } from './long-text.ts';
import { peerPieces } from './peer-pieces.ts';
import type { RolloutIndex } from './rollout-index.ts';
import { firstWords } from './words.ts';

/** Told of one step: the step before the first of an agent made of agents can have thousands. */
const MOST_PIECES = 400;
const MAX_TITLE = 400;

type ActionPiece = Extract<Piece, { kind: 'action' }>;

/** Everything of one step, read from its events alone. Throws OperatorError `no-such-step`. */
export function stepOf(index: RolloutIndex, n: number): StepTold {
  const { line, first, last, before, after, requested } = index.steps[index.placeOf(n)]!;
  const writer = new Writer(line.checks, index.facts.tree);
  for (const recorded of index.events(first, last)) writer.event(recorded);
  return {
    line,
    pieces: writer.pieces.slice(0, MOST_PIECES),
    more: Math.max(0, writer.pieces.length - MOST_PIECES),
    hasPrompt: requested,
    changed: before !== null && after !== null && before !== after,
    root: index.facts.prepared?.root ?? '',
  };
}

class Writer {
  readonly pieces: Piece[] = [];
  readonly #checks: StepTold['line']['checks'];
  readonly #tree: AgentTree;
  readonly #actions = new Map<string, number>();
  #ran = 0;

  constructor(checks: StepTold['line']['checks'], tree: AgentTree) {
    this.#checks = checks;
    this.#tree = tree;
  }

  event({ event, position, at }: Recorded): void {
    switch (event.type) {
      case 'rollout.started':
      case 'model.requested':
      case 'check.started':
        return;
      case 'rollout.forked':
        this.#line('plain', `forked from ${event.parent.rollout} after step ${event.parent.step}`);
        return;
      case 'rollout.resumed':
        this.#line('plain', `taken up again, with ${event.config.model}`);
        return;
      case 'rollout.paused':
        this.#line('warn', `paused: ${event.reason}`);
        return;
      case 'rollout.completed':
        this.#ended(event);
        return;
      case 'workspace.prepared':
        this.#prepared(event);
        return;
      case 'workspace.restored':
        this.#line('plain', 'the files were put back as they were after the last action that ended');
        return;
      case 'check.completed':
        this.#checked(event);
        return;
      case 'note.added': {
        const { from, about, name = null, text } = event;
        this.pieces.push({ kind: 'note', from, about, name, text: longText(text) });
        return;
      }
      case 'view.refreshed':
        this.pieces.push({
          ...{ kind: 'text', title: `view: ${event.view}`, terminal: true },
          text: longText(event.content),
        });
        return;
      case 'model.consulted':
        this.#spent(
          `${event.role}: ${event.model}${event.failure === undefined ? '' : ` failed: ${event.failure}`}`,
          event,
        );
        return;
      case 'edit.compared':
        this.#compared(event);
        return;
      case 'memory.folded': {
        const { by, why = '', tokens, text } = event;
        this.pieces.push({ kind: 'folded', text: longText(text), by, why, ...tokens, position });
        return;
      }
      case 'model.retried':
        this.#line('warn', `${event.message} (${event.code}); asked again after ${event.waitSeconds} s`);
        return;
      case 'model.failed':
        this.#line('bad', `${event.message} (${event.code})`);
        return;
      case 'model.completed':
        this.#replied(event);
        return;
      case 'action.started':
        this.#actions.set(event.call, this.pieces.push(actionPiece(event, at)) - 1);
        return;
      case 'action.completed':
        this.#acted(event);
        return;
      default:
        if (isPeerEvent(event)) this.pieces.push(...peerPieces(event, at));
        else if (isCompositionEvent(event)) this.pieces.push(...compositionPiece(event, this.#tree));
        else event satisfies never;
    }
  }

  #line(tone: Extract<Piece, { kind: 'line' }>['tone'], text: string): void {
    this.pieces.push({ kind: 'line', tone, text });
  }

  #ended({ status, verified, reason, why }: EventOf<'rollout.completed'>): void {
    const tone = status === 'solved' ? 'good' : status === 'unverified' ? 'plain' : 'warn';
    this.#line(tone, `${status}${verified ? ', verified' : ', not verified'}`);
    this.pieces.push({ kind: 'text', title: 'what it says', text: longText(reason), terminal: false });
    if (why !== '') this.#line('warn', why);
  }

  #prepared({ sandbox, notes, guides = [] }: EventOf<'workspace.prepared'>): void {
    this.#line('plain', `a copy of the repository in ${sandbox}`);
    for (const note of notes) this.#line('warn', note);
    for (const { path, text } of guides)
      this.pieces.push({ kind: 'text', title: `guide: ${path}`, text: longText(text), terminal: false });
  }

  #checked({ outcome, output }: EventOf<'check.completed'>): void {
    const change = this.#checks[this.#ran++];
    if (change !== undefined) this.pieces.push({ kind: 'check', change, failing: outcome.failing, output });
  }

  #replied(event: EventOf<'model.completed'>): void {
    for (const part of event.content) {
      if (part.type === 'call' || part.text.trim() === '') continue;
      const reasoning = part.type === 'reasoning';
      this.pieces.push({ kind: 'thought', text: longText(part.text), reasoning, model: event.model ?? null });
    }
    this.#spent(`reply (${event.finish})`, event);
  }

  #spent(
    title: string,
    { usage, usd, seconds }: Pick<EventOf<'model.completed'>, 'usage' | 'usd' | 'seconds'>,
  ): void {
    const { inputTokens: input, cacheReadTokens: cached, outputTokens: output } = usage;
    this.pieces.push({ kind: 'spent', title, input, cached, output, usd, seconds });
  }

  #compared({ proposals, kept, by, why }: EventOf<'edit.compared'>): void {
    for (const [place, { model, outcome }] of proposals.entries()) {
      const did =
        outcome === null
          ? 'not tried'
          : `${outcome.passed} pass, ${outcome.failing} fail${outcome.broke > 0 ? `, ${outcome.broke} of them new` : ''}`;
      this.#line(
        place === kept ? 'good' : 'plain',
        `${place === kept ? 'kept' : 'not kept'}: ${model} (${did})`,
      );
    }
    this.#line('plain', `decided by ${by}${why === '' ? '' : `: ${why}`}`);
  }

  #acted(event: EventOf<'action.completed'>): void {
    const place = this.#actions.get(event.call);
    const piece = place === undefined ? undefined : this.pieces[place];
    if (place === undefined || piece?.kind !== 'action') return;
    const { outcome, content, output, images = [], changed, details } = event;
    const seconds = Math.max(0, event.seconds - secondsOfPerson(event));
    this.pieces[place] = {
      ...piece,
      ...{ outcome, seconds, files: changed, problem: firstWords(actionProblem(event), MAX_TITLE) },
      content: longText(content, output),
      pictures: images.map(({ mediaType, object }) => ({ mediaType, digest: object })),
      guard: guardText(guardDetailsOf(details)),
      hooks: hookRecordsOf(details).map((record) => firstWords(JSON.stringify(record), MAX_TITLE)),
    };
  }
}

function actionPiece({ call, tool, input, parent }: EventOf<'action.started'>, at: number): ActionPiece {
  return {
    ...{ kind: 'action', call, tool, at, outcome: 'running', problem: '', seconds: 0, guard: '' },
    title: firstWords(actionTitle(tool, input), MAX_TITLE),
    input: fieldsOf(input),
    content: longText(''),
    ...{ pictures: [], files: [], hooks: [], nested: parent !== undefined },
  };
}

function guardText(guard: GuardDetails | null): string {
  if (guard === null) return '';
  const { decision, by, because, instruction, effects } = guard;
  const why = because ?? effects.join(', ');
  return `${decision} by ${by}${why === '' ? '' : `: ${why}`}${instruction === undefined ? '' : `: “${instruction}”`}`;
}
