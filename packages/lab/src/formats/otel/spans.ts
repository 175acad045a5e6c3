import { Again } from '../again.ts';
import type { Call, Checked, Child, Consulted, Failed, Trajectory, Turn } from '../trajectory.ts';
import {
  agentAttributes,
  callAttributes,
  checkAttributes,
  childAttributes,
  consultedAttributes,
  failedAttributes,
  turnAttributes,
} from './attributes.ts';
import { argumentsText, Inputs, inputsOf, outputText, resultText } from './messages.ts';
import { openInference } from './open-inference.ts';
import { type Attributes, type PlainSpan, spanIdOf, traceIdOf } from './span.ts';

/** What somebody found out about a rollout; a score without a value is left out by who gives it. */
export interface Evaluation {
  readonly name: string;
  readonly value: number;
  readonly label?: string;
  readonly explanation?: string;
}

export interface SpanChoice {
  /** Prompts, replies, arguments and results too. They may hold what is nobody else's business. */
  readonly content: boolean;
  /** Names of OpenInference beside those of OpenTelemetry (Phoenix). */
  readonly openInference: boolean;
  readonly evaluations: readonly Evaluation[];
}

/**
 * A rollout as spans by OpenTelemetry's conventions for generative AI (development status, as of semantic-conventions-genai
 * 2026-08): the agent's (`invoke_agent`, or `invoke_workflow` where it is made of agents), and in it one for each model call,
 * tool and check, with the times of the journal. What was told before it (a fork's past) belongs to another trace.
 */
export function* spansOf(trajectory: Trajectory, choice: SpanChoice): Generator<PlainSpan> {
  const { head } = trajectory;
  yield* new RolloutSpans(trajectory, choice, { traceId: traceIdOf(head.id), parentId: null }).all();
}

interface Place {
  readonly traceId: string;
  readonly parentId: string | null;
}

class RolloutSpans {
  readonly #trajectory: Trajectory;
  readonly #choice: SpanChoice;
  readonly #place: Place;
  readonly #rollout: string;
  /** The rollout's own span. */
  readonly #whole: string;
  readonly #inputs = new Inputs();
  #system: string | null = null;
  #last: number;

  constructor(trajectory: Trajectory, choice: SpanChoice, place: Place) {
    this.#trajectory = trajectory;
    this.#choice = choice;
    this.#place = place;
    this.#rollout = trajectory.head.id;
    this.#whole = spanIdOf(this.#rollout, 'agent');
    this.#last = trajectory.head.startedAt ?? 0;
  }

  *all(): Generator<PlainSpan> {
    const children = new Map([...this.#trajectory.children()].map((child) => [child.head.id, child]));
    const again = new Again();
    const folds: PlainSpan['events'][number][] = [];
    let number = 0;
    for (const entry of this.#trajectory.entries()) {
      number += 1;
      const key = entry.position ?? `entry ${number}`;
      if (entry.kind === 'told' && entry.by === 'system' && this.#system === null) this.#system = entry.text;
      if (!entry.copied && !again.is(entry)) {
        this.#last = Math.max(this.#last, entry.at ?? 0);
        if (entry.kind === 'turn') yield* this.#turn(entry, key);
        else if (entry.kind === 'checked') yield this.#check(entry, key);
        else if (entry.kind === 'consulted') yield this.#consulted(entry, key);
        else if (entry.kind === 'failed') yield this.#failed(entry, key);
        else if (entry.kind === 'child') yield* this.#child(entry, children.get(entry.rollout), key);
      }
      if (entry.kind === 'folded') {
        this.#inputs.clear();
        const { before, after } = entry.tokens;
        const attributes = { 'heddle.tokens.before': before, 'heddle.tokens.after': after };
        folds.push({ name: 'heddle.memory.folded', at: entry.at ?? this.#last, attributes });
      }
      if (this.#choice.content) this.#inputs.add(inputsOf(entry));
    }
    yield this.#agent(folds, children.size > 0);
  }

  #agent(folds: PlainSpan['events'], composed: boolean): PlainSpan {
    const { head, end } = this.#trajectory;
    const { agent, task, startedAt } = head;
    const operation = composed ? 'invoke_workflow' : 'invoke_agent';
    const endedAt = end?.endedAt ?? this.#last;
    const failed = end?.status === 'failed' || end?.status === 'model-unreachable' ? end.status : null;
    const attributes: Attributes = {
      ...agentAttributes(this.#trajectory, operation),
      ...(failed === null ? {} : { 'error.type': failed }),
    };
    const span: PlainSpan = {
      ...this.#place,
      spanId: this.#whole,
      name: `${operation} ${agent.name}`,
      kind: 'internal',
      startedAt: startedAt ?? 0,
      endedAt: Math.max(endedAt, startedAt ?? 0),
      attributes,
      events: [...folds, ...this.#evaluations(endedAt)],
      error: failed === null ? null : (end?.reason ?? failed),
    };
    return this.#named(span, 'AGENT', { input: task, output: end?.reason ?? null });
  }

  #evaluations(at: number): PlainSpan['events'] {
    // Those who worked for the rollout were not judged by themselves.
    if (this.#place.parentId !== null) return [];
    return this.#choice.evaluations.map(({ name, value, label, explanation }) => ({
      name: 'gen_ai.evaluation.result',
      at,
      attributes: {
        'gen_ai.evaluation.name': name,
        'gen_ai.evaluation.score.value': value,
        ...(label === undefined ? {} : { 'gen_ai.evaluation.score.label': label }),
        ...(explanation === undefined ? {} : { 'gen_ai.evaluation.explanation': explanation }),
      },
    }));
  }

  *#turn(turn: Turn, key: string | number): Generator<PlainSpan> {
    const { content } = this.#choice;
    const { head } = this.#trajectory;
    const span: PlainSpan = {
      ...this.#inside(key),
      name: `chat ${turn.model ?? 'unknown'}`,
      kind: 'client',
      ...this.#times(turn.at, turn.endedAt),
      attributes: { ...turnAttributes(turn, head), ...(content ? this.#content(turn) : {}) },
      events: [],
      error: null,
    };
    const shown = content ? { input: this.#inputs.text, output: outputText(turn) } : {};
    yield this.#named(span, 'LLM', shown);
    for (const [index, call] of turn.calls.entries())
      yield* this.#tool(call, this.#whole, `${key} call ${index}`);
  }

  #content(turn: Turn): Attributes {
    const { leftOut } = this.#inputs;
    return {
      ...(this.#system === null
        ? {}
        : { 'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: this.#system }]) }),
      'gen_ai.input.messages': this.#inputs.text,
      ...(leftOut === 0 ? {} : { 'heddle.input.messages_left_out': leftOut }),
      'gen_ai.output.messages': outputText(turn),
    };
  }

  *#tool(call: Call, parentId: string, fallback: string): Generator<PlainSpan> {
    if (call.at === null && call.outcome === null) return;
    const { content } = this.#choice;
    const own = this.#inside(call.position === null ? fallback : `tool ${call.position}`, parentId);
    const failed = call.outcome === 'ok' ? null : (call.outcome ?? 'interrupted');
    const span: PlainSpan = {
      ...own,
      name: `execute_tool ${call.tool}`,
      kind: 'internal',
      ...this.#times(call.at, call.endedAt),
      attributes: callAttributes(call, this.#trajectory.head, content),
      events: [],
      error: failed,
    };
    yield this.#named(span, 'TOOL', content ? { input: argumentsText(call), output: resultText(call) } : {});
    for (const [index, nested] of call.calls.entries())
      yield* this.#tool(nested, own.spanId, `${fallback} call ${index}`);
  }

  #check(entry: Checked, key: string | number): PlainSpan {
    const { name, status } = entry;
    const span: PlainSpan = {
      ...this.#inside(key),
      name: `execute_tool ${name}`,
      kind: 'internal',
      ...this.#times(entry.at, entry.endedAt),
      attributes: checkAttributes(entry, this.#trajectory.head),
      events: [],
      // That tests fail is what the check is for; that it could not be run is an error.
      error: status === 'broken' || status === 'hung' ? status : null,
    };
    return this.#named(span, 'TOOL', {});
  }

  #consulted(entry: Consulted, key: string | number): PlainSpan {
    const { model, seconds, failure, at } = entry;
    const span: PlainSpan = {
      ...this.#inside(key),
      name: `chat ${model}`,
      kind: 'client',
      ...this.#times(at === null ? null : at - seconds * 1000, at),
      attributes: consultedAttributes(entry, this.#trajectory.head),
      events: [],
      error: failure,
    };
    return this.#named(span, 'LLM', {});
  }

  #failed(entry: Failed, key: string | number): PlainSpan {
    const span: PlainSpan = {
      ...this.#inside(key),
      name: `chat ${this.#trajectory.head.model ?? 'unknown'}`,
      kind: 'client',
      ...this.#times(entry.at, entry.at),
      attributes: failedAttributes(entry, this.#trajectory.head),
      events: [],
      error: entry.message,
    };
    return this.#named(span, 'LLM', {});
  }

  /** A rollout in the rollout: its own spans, one level down; where it is not here, what is known of it. */
  *#child(entry: Child, child: Trajectory | undefined, key: string | number): Generator<PlainSpan> {
    if (child !== undefined) {
      const place = { traceId: this.#place.traceId, parentId: this.#whole };
      yield* new RolloutSpans(child, this.#choice, place).all();
      return;
    }
    yield this.#named(
      {
        ...this.#inside(key),
        name: `invoke_agent ${entry.agent}`,
        kind: 'internal',
        ...this.#times(entry.at, entry.endedAt),
        attributes: childAttributes(entry),
        events: [],
        error: null,
      },
      'AGENT',
      {},
    );
  }

  #inside(key: string | number, parentId = this.#whole) {
    return { traceId: this.#place.traceId, spanId: spanIdOf(this.#rollout, key), parentId };
  }

  #times(at: number | null, endedAt: number | null): { startedAt: number; endedAt: number } {
    const startedAt = at ?? endedAt ?? this.#last;
    const end = Math.max(startedAt, endedAt ?? startedAt);
    this.#last = Math.max(this.#last, end);
    return { startedAt, endedAt: end };
  }

  #named(span: PlainSpan, kind: string, shown: { input?: string | null; output?: string | null }): PlainSpan {
    if (!this.#choice.openInference) return span;
    const { content } = this.#choice;
    return {
      ...span,
      attributes: { ...span.attributes, ...openInference(span, kind, content ? shown : {}) },
    };
  }
}
