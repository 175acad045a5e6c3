import type { Readable, Writable } from 'node:stream';
import type { Stream } from '@agentclientprotocol/sdk';

type Message = Stream['readable'] extends ReadableStream<infer M> ? M : never;

/** Bytes of one message: a file of some megabytes fits; more is a program that has lost its mind. */
const MAX_LINE = 64 * 2 ** 20;
/** Lines that are no messages, told of one by one; then they are only counted. */
const MAX_STRAY_LINES = 20;

interface LineListener {
  /** Something came. */
  readonly heard: () => void;
  /** True: the message is dealt with. Told in the order in which they come, which what is handled later need not keep. */
  readonly takes: (message: Message) => boolean;
  /** A line that is no message: agents print what belongs to their error output. */
  readonly stray: (line: string) => void;
}

/**
 * The messages of a program's standard streams. Unlike the SDK's own reader it passes over lines that are no JSON
 * objects: many programs print a greeting or a warning where only messages belong.
 */
export function messageLines(program: { stdin: Writable; stdout: Readable }, listener: LineListener): Stream {
  return { readable: readableOf(program.stdout, listener), writable: writableTo(program.stdin) };
}

function readableOf(stdout: Readable, { heard, takes, stray }: LineListener): ReadableStream<Message> {
  let strays = 0;
  return new ReadableStream<Message>({
    async start(controller) {
      const pending: Buffer[] = [];
      let length = 0;
      const take = () => {
        const line = Buffer.concat(pending).toString('utf8').trim();
        pending.length = 0;
        length = 0;
        if (line === '') return;
        const message = parse(line);
        if (message === null) {
          if (strays++ < MAX_STRAY_LINES) stray(line);
        } else if (!takes(message)) controller.enqueue(message);
      };
      try {
        for await (const chunk of stdout as AsyncIterable<Buffer>) {
          heard();
          let rest = chunk;
          for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
            pending.push(rest.subarray(0, end));
            take();
            rest = rest.subarray(end + 1);
          }
          pending.push(rest);
          length += rest.length;
          if (length > MAX_LINE) throw new Error(`a message of more than ${MAX_LINE} bytes`);
        }
        take();
        controller.close();
      } catch (error) {
        controller.error(error);
      }
    },
  });
}

/** Null: no message. */
function parse(line: string): Message | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : null;
  } catch {
    return null;
  }
}

function writableTo(stdin: Writable): WritableStream<Message> {
  return new WritableStream<Message>({
    write: (message) =>
      new Promise((resolve) => {
        // A program that has ended is told of by its end.
        stdin.write(`${JSON.stringify(message)}\n`, () => resolve());
      }),
  });
}
