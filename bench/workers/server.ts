import { replyOf } from '../../packages/lab/test/worker/answers.ts';
import {
  type StandinReply,
  type StandinRequest,
  startStandin,
} from '../../packages/models/test/standins/index.ts';

/** A model server that keeps books: how often which turn of which instance was answered whole, and with how many tokens. */
export interface BookedServer {
  readonly spec: string;
  readonly env: Readonly<Record<string, string>>;
  /** `instance turn` -> replies. */
  readonly replies: ReadonlyMap<string, number>;
  tokens: number;
  close(): Promise<void>;
}

const CHARACTERS_PER_TOKEN = 4;

/** `thinkMs`: what a reply takes, as with a real model. */
export async function startBookedServer(thinkMs: number): Promise<BookedServer> {
  const replies = new Map<string, number>();
  const books = { tokens: 0 };
  const standin = await startStandin(
    'openai-chat',
    async (request: StandinRequest): Promise<StandinReply> => {
      await new Promise((resolve) => setTimeout(resolve, thinkMs));
      const instance = /\((i-\d+)\)/.exec(request.text)![1]!;
      const messages = request.body.messages as readonly { readonly role: string }[];
      const turn = messages.filter(({ role }) => role === 'assistant').length;
      const usage = { inputTokens: Math.ceil(request.text.length / CHARACTERS_PER_TOKEN), outputTokens: 20 };
      const { calls } = replyOf(instance, turn) as { calls: NonNullable<StandinReply['calls']> };
      return {
        calls: calls.map((call) => ({ ...call, id: `call_${instance}_${turn}` })),
        usage,
        sent: () => {
          const key = `${instance} ${turn}`;
          replies.set(key, (replies.get(key) ?? 0) + 1);
          books.tokens += usage.inputTokens + usage.outputTokens;
        },
      };
    },
  );
  return {
    spec: standin.spec,
    env: standin.env,
    replies,
    get tokens() {
      return books.tokens;
    },
    close: () => standin.close(),
  };
}
