import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { openStore, type Recorded, type RolloutEvent } from '@heddle/core';
import { type Model, scriptedModel } from '@heddle/models';
import { onTestFinished } from 'vitest';
import type { Agent } from '../../src/compose/agent.ts';
import { resumeAgent, runAgent } from '../../src/compose/run-agent.ts';
import type { Runtime, SolveOptions } from '../../src/rollout.ts';
import { HOST, runtime, temporaryFolder } from '../support.ts';

type Reply = Parameters<typeof scriptedModel>[0] extends infer Script
  ? Script extends (...given: never[]) => infer Given
    ? Awaited<Given>
    : never
  : never;

/** Whoever a request is for is known by words of its prompt; the first that fits replies. */
export interface Role {
  readonly name: string;
  /** In the system prompt, or in the task. */
  readonly knownBy: readonly string[];
  /** Replies by turn, the last one again and again. */
  readonly plays: readonly (Reply | ((prompt: string) => Reply))[];
}

export interface Cast {
  readonly model: Model;
  /** Who was asked, with the turn: `writer 0`. */
  readonly asked: string[];
  /** All that each was shown, in the order asked. */
  readonly prompts: string[];
}

/** A model that plays several roles. `spending`: tokens of each reply. */
export function cast(roles: readonly Role[], usage?: { inputTokens: number; outputTokens: number }): Cast {
  const asked: string[] = [];
  const prompts: string[] = [];
  const model = scriptedModel((prompt, turn) => {
    const text = shown(prompt);
    const role = roles.find(({ knownBy }) => knownBy.every((words) => text.includes(words)));
    if (role === undefined) throw new Error(`nobody plays: ${text.slice(0, 2_000)}`);
    asked.push(`${role.name} ${turn}`);
    prompts.push(text);
    const play = role.plays[Math.min(turn, role.plays.length - 1)]!;
    const reply = typeof play === 'function' ? play(text) : play;
    return usage === undefined ? reply : { ...reply, usage };
  });
  return { model, asked, prompts };
}

function shown(prompt: LanguageModelV4Prompt): string {
  return prompt.map(({ role, content }) => `[${role}] ${textOf(content)}`).join('\n');
}

function textOf(content: LanguageModelV4Prompt[number]['content']): string {
  if (typeof content === 'string') return content;
  return content.map((part) => ('text' in part ? part.text : outputOf(part))).join('');
}

function outputOf(part: object): string {
  return 'output' in part ? String((part.output as { value?: unknown }).value) : '';
}

export interface Playing extends Partial<Pick<SolveOptions, 'limits' | 'checks' | 'seed'>> {
  readonly repo: string;
  readonly task: string;
}

/** Runs an agent with a cast, in a home of its own. */
export async function play(agent: Agent, { model }: Cast, playing: Playing, run = runtime()) {
  const result = await runAgent(
    { ...playing, model, ...HOST, agent, spec: {}, openModel: async () => model },
    run,
  );
  const events = run.seen.map(({ event }) => event);
  return { ...result, run, events };
}

/** What is left of a home when the process dies after so many events of the rollout: they, and what came before. */
export function cutAfter(run: Runtime, rollout: string, seen: readonly Recorded[], count: number): Runtime {
  const home = temporaryFolder();
  cpSync(run.home, home, { recursive: true });
  const db = new DatabaseSync(join(home, 'journal.db'));
  const last = seen[count - 1]!;
  db.prepare('DELETE FROM events WHERE rollout = ? AND position > ?').run(rollout, last.position);
  db.exec('DELETE FROM writers');
  db.close();
  const store = openStore(join(home, 'journal.db'));
  onTestFinished(() => store.close());
  return { store, home };
}

export function goOn(agent: Agent, { model }: Cast, rollout: string, run: Runtime) {
  return resumeAgent({ rollout, model, agent, spec: {}, openModel: async () => model }, run);
}

/** One line an event: what matters of it for the order of things. */
function line(event: RolloutEvent): string | null {
  switch (event.type) {
    case 'agent.started':
      return `${event.type} ${event.path}`;
    case 'agent.completed':
      return `${event.type} ${event.path} ${event.outcome}`;
    case 'rollout.delegated':
      return `${event.type} ${event.path}`;
    case 'rollout.returned':
      return `${event.type} ${event.path} ${event.work.status}`;
    case 'value.recorded':
      return `${event.type} ${event.path}`;
    case 'model.consulted':
      return `${event.type} ${event.role} ${event.path}`;
    case 'plan.made':
      return `${event.type} ${event.round}: ${event.parts.map(({ name, after }) => `${name}${after.length ? ` after ${after}` : ''}`).join(', ')}`;
    case 'part.completed':
      return `${event.type} ${event.part} ${event.outcome}${event.why === '' ? '' : `: ${event.why}`}`;
    case 'patches.merged':
      return `${event.type} ${event.parts.map(({ name, outcome, paths }) => [name, outcome, ...paths].join(' ')).join(', ')}`;
    case 'candidate.proposed':
      return `${event.type} ${event.candidate}${event.same === null ? '' : ` same as ${event.same}`}${event.out === null ? '' : ` out: ${event.out}`}`;
    case 'candidate.chosen':
      return `${event.type} ${event.candidate}`;
    case 'budget.exhausted':
      return `${event.type} ${event.path} ${event.limit}`;
    case 'rollout.completed':
      return `${event.type} ${event.status}`;
    default:
      return null;
  }
}

export function lines(events: readonly RolloutEvent[]): string[] {
  return events.flatMap((event) => line(event) ?? []);
}
