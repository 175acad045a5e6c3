import { link, mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LanguageModelV4FunctionTool, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { isAlive, newRolloutId, OperatorError, type ProcessMark, systemCode } from '@heddle/core';
import { simpleReplySchema } from '../reply-schema.ts';
import type { SimpleReply } from '../reply-stream.ts';

/**
 * The mailbox is a folder per request below `home/relay/`: `request.json`, and `answer.json` once answered.
 * Both appear whole or not at all (written beside, then renamed or linked), so neither side ever reads half a file,
 * whichever process is killed when. A folder whose process is dead is stale: nobody waits for its answer, until
 * the rollout is resumed and asks the same again; then the folder, with an answer it may hold, is taken over.
 */
export interface RelayRequest {
  readonly version: 1;
  /** Of the model that asks: tells several relays apart. */
  readonly label: string;
  /** The process that waits for the answer. */
  readonly process: ProcessMark;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  /** Of prompt and tools: a resumed rollout finds its request by it. */
  readonly digest: string;
  readonly prompt: LanguageModelV4Prompt;
  readonly tools: readonly LanguageModelV4FunctionTool[];
}

/** A request as it lies in the mailbox. */
export interface RelayEntry extends RelayRequest {
  readonly id: string;
  /** The process that asked is dead. */
  readonly stale: boolean;
  readonly answered: boolean;
}

const REQUEST = 'request.json';
const ANSWER = 'answer.json';

/** Requests without an answer, oldest first; stale ones too, marked. */
export async function waiting(home: string): Promise<RelayEntry[]> {
  return (await entries(home)).filter(({ answered }) => !answered);
}

/** Removes the requests nobody waits for any more; returns how many. */
export async function cleanRequests(home: string): Promise<number> {
  const stale = (await entries(home)).filter((entry) => entry.stale);
  for (const { id } of stale) await remove(home, id);
  return stale.length;
}

/**
 * Hands an answer to the request whose id is, or begins with, `id`.
 *
 * @throws OperatorError `relay-no-request`, `relay-answered`.
 */
export async function answer(home: string, id: string, reply: SimpleReply): Promise<void> {
  const entry = await findRequest(home, id);
  const whole = await written(home, reply);
  try {
    await link(whole, join(folderOf(home, entry.id), ANSWER));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw alreadyAnswered(entry.id);
    if (systemCode(error) === 'ENOENT') throw await noRequest(home, id);
    throw error;
  } finally {
    await unlink(whole);
  }
}

/** The one request whose id is, or begins with, `id`. */
export async function findRequest(home: string, id: string): Promise<RelayEntry> {
  const found = (await entries(home)).filter((entry) => entry.id.startsWith(id));
  const [entry] = found;
  if (entry === undefined || (found.length > 1 && entry.id !== id)) throw await noRequest(home, id);
  if (entry.answered) throw alreadyAnswered(entry.id);
  return entry;
}

/** Puts a request in and gives its id, or takes over a stale one that asks the same. */
export async function put(home: string, request: RelayRequest): Promise<string> {
  const id = newRolloutId(request.askedAt);
  if (await adopt(home, request, id)) return id;
  const beside = join(home, 'relay', `.${id}`);
  await mkdir(beside, { recursive: true });
  await writeFile(join(beside, REQUEST), JSON.stringify(request));
  await rename(beside, folderOf(home, id));
  return id;
}

/** The answer to a request if there is one; it is then out of the mailbox. */
export async function take(home: string, id: string): Promise<SimpleReply | undefined> {
  const answer = await read<unknown>(join(folderOf(home, id), ANSWER));
  if (answer === undefined) return undefined;
  await remove(home, id);
  return simpleReplySchema.parse(answer);
}

export async function remove(home: string, id: string): Promise<void> {
  await rm(folderOf(home, id), { recursive: true, force: true });
}

export function folderOf(home: string, id: string): string {
  return join(home, 'relay', id);
}

async function entries(home: string): Promise<RelayEntry[]> {
  const found: RelayEntry[] = [];
  for (const id of (await namesIn(join(home, 'relay'))).filter((name) => !name.startsWith('.'))) {
    const request = await read<RelayRequest>(join(folderOf(home, id), REQUEST));
    if (request?.version !== 1) continue; // taken out just now, or left by another version of Heddle
    const answered = (await namesIn(folderOf(home, id))).includes(ANSWER);
    found.push({ ...request, id, stale: !isAlive(request.process), answered });
  }
  return found.sort((a, b) => a.askedAt - b.askedAt || (a.id < b.id ? -1 : 1));
}

/** Renaming is what makes it exclusive: of two that want the same folder, one finds it gone. */
async function adopt(home: string, request: RelayRequest, id: string): Promise<boolean> {
  for (const entry of await entries(home)) {
    if (!entry.stale || entry.digest !== request.digest || entry.label !== request.label) continue;
    try {
      await rename(folderOf(home, entry.id), folderOf(home, id));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') continue;
      throw error;
    }
    await rename(await written(home, request), join(folderOf(home, id), REQUEST));
    return true;
  }
  return false;
}

/** A whole file beside the requests, to be renamed or linked into place. */
async function written(home: string, value: unknown): Promise<string> {
  const path = join(home, 'relay', `.${newRolloutId()}.json`);
  await mkdir(join(home, 'relay'), { recursive: true });
  await writeFile(path, JSON.stringify(value));
  return path;
}

async function read<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function alreadyAnswered(id: string): OperatorError {
  return new OperatorError('relay-answered', `request ${id} is answered already`, {
    hint: '`heddle relay next` shows what is waiting',
  });
}

async function noRequest(home: string, id: string): Promise<OperatorError> {
  const ids = (await waiting(home)).map((entry) => entry.id);
  return new OperatorError('relay-no-request', `no single request ${id} is waiting`, {
    hint: ids.length === 0 ? 'nothing is waiting' : `waiting: ${ids.join(', ')}`,
  });
}
