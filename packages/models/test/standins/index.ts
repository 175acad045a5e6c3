import { anthropicWire } from './anthropic.ts';
import { googleWire } from './google.ts';
import { openaiChatWire } from './openai-chat.ts';
import { openaiResponsesWire } from './openai-responses.ts';
import { type Standin, type StandinScript, serve, type WireDialect } from './server.ts';

export type { Fault, Standin, StandinReply, StandinRequest, StandinScript } from './server.ts';

interface StandinEntry {
  readonly wire: WireDialect;
  /** Begins with what a provider's keys begin with; empty for a server without keys. */
  readonly key: string;
  /** What to open with `openModel`. */
  readonly spec: string;
  /** The environment with which that model talks to the stand-in. */
  env(url: string, key: string): Record<string, string>;
}

/** Wire format -> stand-in. Real HTTP servers: nothing in the code under test knows that they are not the real thing. */
export const STANDINS = {
  anthropic: {
    wire: anthropicWire,
    key: 'sk-ant-standin-0123456789',
    spec: 'anthropic/claude-sonnet-5-5',
    env: (url, key) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key }),
  },
  'openai-responses': {
    wire: openaiResponsesWire,
    key: 'sk-proj-standin-0123456789',
    spec: 'openai/gpt-6.1-sol',
    env: (url, key) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key }),
  },
  google: {
    wire: googleWire,
    key: 'AIzaStandin0123456789',
    spec: 'google/gemini-3.8-flash',
    env: (url, key) => ({ GOOGLE_GENERATIVE_AI_BASE_URL: `${url}/v1beta`, GEMINI_API_KEY: key }),
  },
  'openai-chat': {
    wire: openaiChatWire,
    key: 'sk-or-standin-0123456789',
    spec: 'openrouter/qwen/qwen4-coder',
    env: (url, key) => ({ OPENROUTER_BASE_URL: `${url}/v1`, OPENROUTER_API_KEY: key }),
  },
  ollama: {
    wire: openaiChatWire,
    key: '',
    spec: 'ollama/qwen4-coder:32b',
    env: (url) => ({ OLLAMA_BASE_URL: `${url}/v1` }),
  },
} as const satisfies Record<string, StandinEntry>;

export type StandinName = keyof typeof STANDINS;

/** A running stand-in with all that `openModel` needs to reach it. Close it when done. */
export async function startStandin(
  name: StandinName,
  script: StandinScript,
): Promise<Standin & { readonly spec: string; readonly env: Record<string, string> }> {
  const entry: StandinEntry = STANDINS[name];
  const standin = await serve(entry.wire, script, entry.key);
  return { ...standin, spec: entry.spec, env: entry.env(standin.url, entry.key) };
}
