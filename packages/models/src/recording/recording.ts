import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LanguageModelV4Message, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { canonicalJson, messageOf, OperatorError, systemCode } from '@heddle/core';
import { type Asked, type Exchange, type Header, type Line, RECORDING_VERSION } from './format.ts';

/** A recording in memory, and its file. */
export class Recording {
  readonly #path: string;
  #header: Header | undefined;
  readonly #messages = new Map<string, LanguageModelV4Message>();
  readonly #tools = new Set<string>();
  readonly #exchanges: Exchange[] = [];
  /** Digests of the messages of the last exchange. */
  readonly #last: string[] = [];
  readonly #byRequest = new Map<string, Exchange[]>();
  /** Replies already given, by request. */
  readonly #given = new Map<string, number>();
  #written: Promise<void> = Promise.resolve();
  /** Bytes up to the last whole line, where the file ends in the middle of one: its recorder was killed. */
  #wholeBytes: number | undefined;

  private constructor(path: string) {
    this.#path = path;
  }

  static async read(path: string): Promise<Recording> {
    const recording = new Recording(path);
    recording.#load(await textOf(path));
    return recording;
  }

  /** @throws OperatorError `recording-missing` when the file is not there or empty. */
  get header(): Header {
    if (this.#header !== undefined) return this.#header;
    throw new OperatorError('recording-missing', `there is no recording in ${this.#path}`, {
      hint: 'record one with --model recorded:FILE=MODEL',
    });
  }

  /** Starts the file, or checks that it is of the same model. */
  async begin(header: Header): Promise<void> {
    // Only a recording's own broken last line is cut off: a file that is something else must not be touched.
    if (this.#header === undefined && this.#wholeBytes !== undefined) {
      throw new OperatorError('recording-damaged', `${this.#path} exists and is no recording`, {
        hint: 'record into another file',
      });
    }
    if (this.#wholeBytes !== undefined) await truncate(this.#path, this.#wholeBytes);
    if (this.#header === undefined) {
      await mkdir(dirname(this.#path), { recursive: true });
      await this.#append([header]);
    } else if (this.#header.model !== header.model) {
      throw new OperatorError(
        'recording-of-another-model',
        `${this.#path} records ${this.#header.model}, not ${header.model}`,
        { hint: 'record into another file' },
      );
    }
  }

  async add(asked: Asked, reply: readonly LanguageModelV4StreamPart[]): Promise<void> {
    const lines: Line[] = [];
    if (!this.#tools.has(asked.tools.digest)) lines.push({ type: 'tools', ...asked.tools });
    for (const message of asked.messages)
      if (!this.#messages.has(message.digest)) lines.push({ type: 'message', ...message });
    const shared = commonPrefix(this.#last, asked.messages);
    lines.push({
      type: 'exchange',
      request: asked.digest,
      shared,
      messages: asked.messages.slice(shared).map(({ digest }) => digest),
      tools: asked.tools.digest,
      settings: asked.settings,
      reply,
    });
    await this.#append(lines);
  }

  /** @throws OperatorError `not-recorded`, naming the first message that differs from the nearest recorded request. */
  replyTo(asked: Asked): LanguageModelV4StreamPart[] {
    const recorded = this.#byRequest.get(asked.digest) ?? [];
    const given = this.#given.get(asked.digest) ?? 0;
    const exchange = recorded[given];
    if (exchange === undefined) throw this.#miss(asked, recorded.length);
    this.#given.set(asked.digest, given + 1);
    return [...exchange.reply];
  }

  #miss(asked: Asked, times: number): OperatorError {
    const what =
      times > 0
        ? `the same request was recorded ${times === 1 ? 'once' : `${times} times`} and is asked once more`
        : this.#firstDifference(asked);
    return new OperatorError('not-recorded', `${this.#path} has no reply: ${what}`, {
      hint: 'record again with --model recorded:FILE=MODEL; prompts, tools and settings must be the same',
    });
  }

  #firstDifference(asked: Asked): string {
    let nearest: Exchange | undefined;
    let common = -1;
    let digest: string | undefined;
    const messages: string[] = [];
    for (const exchange of this.#exchanges) {
      messages.splice(exchange.shared, Infinity, ...exchange.messages);
      const length = commonPrefix(messages, asked.messages);
      if (length > common) [nearest, common, digest] = [exchange, length, messages[length]];
    }
    if (nearest === undefined) return 'it holds no exchange at all';
    const ours = asked.messages[common]?.message;
    const theirs = digest === undefined ? undefined : this.#messages.get(digest);
    if (ours === undefined && theirs === undefined)
      return nearest.tools === asked.tools.digest
        ? `the messages are the same, the settings differ: recorded ${canonicalJson(nearest.settings)}, asked ${canonicalJson(asked.settings)}`
        : 'the messages are the same, the tools differ';
    return `message ${common} differs: recorded ${excerpt(theirs, ours)}, asked ${excerpt(ours, theirs)}`;
  }

  /** In the order in which it was called: a line refers to those before it. */
  #append(lines: readonly Line[]): Promise<void> {
    for (const line of lines) this.#take(line);
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    this.#written = this.#written.then(() => appendFile(this.#path, text));
    return this.#written;
  }

  #load(text: string): void {
    const end = text.lastIndexOf('\n') + 1;
    this.#wholeBytes = end === text.length ? undefined : Buffer.byteLength(text.slice(0, end));
    for (const [index, line] of text.slice(0, end).split('\n').entries()) {
      if (line === '') continue;
      const parsed = parse(line);
      if (parsed === undefined) throw this.#damaged(index + 1);
      this.#take(parsed);
    }
  }

  #take(line: Line): void {
    switch (line.type) {
      case 'recording':
        if (line.version > RECORDING_VERSION)
          throw new OperatorError('recording-newer', `${this.#path} was made by a newer Heddle`, {
            hint: 'update Heddle, or record again',
          });
        this.#header ??= line;
        break;
      case 'message':
        this.#messages.set(line.digest, line.message);
        break;
      case 'tools':
        this.#tools.add(line.digest);
        break;
      case 'exchange': {
        this.#exchanges.push(line);
        this.#last.splice(line.shared, Infinity, ...line.messages);
        const same = this.#byRequest.get(line.request);
        if (same === undefined) this.#byRequest.set(line.request, [line]);
        else same.push(line);
        break;
      }
      default:
        line satisfies never;
        throw this.#damaged(0);
    }
  }

  #damaged(line: number): OperatorError {
    return new OperatorError(
      'recording-damaged',
      `${this.#path} is damaged${line ? ` at line ${line}` : ''}`,
      {
        hint: 'record again',
      },
    );
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return '';
    throw new OperatorError('recording-unreadable', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function parse(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'type' in value ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

function commonPrefix(recorded: readonly string[], asked: Asked['messages']): number {
  let length = 0;
  while (length < recorded.length && recorded[length] === asked[length]?.digest) length += 1;
  return length;
}

/** Characters shown on either side of the first difference. */
const EXCERPT_CHARS = 60;

/** The part of a message round the place where it begins to differ from the other. */
function excerpt(
  message: LanguageModelV4Message | undefined,
  other: LanguageModelV4Message | undefined | '',
) {
  if (message === undefined) return 'nothing (the conversation ends here)';
  const text = JSON.stringify(message.content);
  const against = other ? JSON.stringify(other.content) : '';
  let at = 0;
  while (at < text.length && text[at] === against[at]) at += 1;
  const from = Math.max(0, at - EXCERPT_CHARS);
  const to = Math.min(text.length, at + EXCERPT_CHARS);
  return `${message.role} ${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
