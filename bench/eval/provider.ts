import { setTimeout as delay } from 'node:timers/promises';
import {
  type StandinReply,
  type StandinRequest,
  startStandin,
} from '../../packages/models/test/standins/index.ts';
import { TASK_MARK } from './tasks.ts';

/** A provider answers after this long, in milliseconds: long enough for a kill to meet requests in flight. */
const REPLY_MS = 60;

/** One reply that was sent whole: what a provider would bill. */
export interface Billed {
  /** The agent's model and the instance: one trial. */
  readonly trial: string;
  readonly turn: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A model server that keeps the books. */
export interface Provider {
  readonly billed: readonly Billed[];
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const CHARACTERS_PER_TOKEN = 4;

/**
 * Answers each trial the same way however often it is asked: the turn is read off the conversation. `solves` says which
 * model solves which instance.
 */
export async function startProvider(solves: (model: string, instance: number) => boolean): Promise<Provider> {
  const billed: Billed[] = [];
  const answer = async (request: StandinRequest): Promise<StandinReply> => {
    await delay(REPLY_MS);
    const model = String(request.body.model);
    const instance = Number(TASK_MARK.exec(request.text)?.[1]);
    const messages = request.body.messages as readonly Message[];
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    // What a kill broke off is done again: the model is told, and a sensible one does so.
    const brokenOff = messages.filter(({ role, content }) => role === 'tool' && isBrokenOff(content)).length;
    const trial = `${model} ${instance}`;
    // No two replies to one trial cost the same: books that agree agree on which replies.
    const usage = {
      inputTokens: Math.ceil(request.text.length / CHARACTERS_PER_TOKEN),
      outputTokens: 10 + turn,
    };
    const calls = turnOf(turn - brokenOff, solves(model, instance)).map((call, at) => ({
      ...call,
      id: `call_${turn}_${at}`,
    }));
    return { calls, usage, sent: () => billed.push({ trial, turn, ...usage }) };
  };
  const standin = await startStandin('openai-chat', answer);
  return { billed, env: standin.env, close: () => standin.close() };
}

interface Message {
  readonly role: string;
  readonly content: unknown;
}

function isBrokenOff(content: unknown): boolean {
  return JSON.stringify(content).includes('interrupted: the process died');
}

function turnOf(turn: number, right: boolean): NonNullable<StandinReply['calls']> {
  switch (turn) {
    case 0:
      return [{ tool: 'bash', input: { command: 'cat answer.txt task.txt' } }];
    case 1:
      return [{ tool: 'bash', input: { command: 'echo draft > answer.txt' } }];
    case 2:
      return [{ tool: 'bash', input: { command: `echo ${right ? 'right' : 'left'} > answer.txt` } }];
    default:
      return [{ tool: 'finish', input: { summary: 'Done.', probability: right ? 0.9 : 0.4 } }];
  }
}
