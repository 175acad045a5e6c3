import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import type { Model } from '@heddle/models';
import { DEFAULT_BOUNDS, Planner, type SearchBounds } from './plan.ts';
import { readPrompt } from './read-prompt.ts';

export interface RepairOptions extends Partial<SearchBounds> {
  /** Seeds search in different orders; 0, the default, in order of likelihood. */
  readonly seed?: number;
  /**
   * Default true. False, for comparisons: of what localisation says only the files are believed, and each of their lines
   * is as suspect as any other. Called `repair@no-localisation` then.
   */
  readonly localisation?: boolean;
}

/** Nothing is counted: there are no tokens, and reading a prompt costs nothing. */
const NO_USAGE: LanguageModelV4Usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

/** No window: prompts are folded, not attended to. A number, so that harnesses can calculate with it. */
const CONTEXT_TOKENS = 100_000_000;

/**
 * The embedded model: search-based program repair behind the language-model interface. It needs no key, no network
 * and no memory of its own: every reply is worked out from the prompt and the seed alone, so rollouts with it can
 * be resumed, forked and replayed like any other. It works where a check fails, through the tools it is given.
 */
export function repairModel(options: RepairOptions = {}): Model {
  const { seed = 0, localisation = true, ...bounds } = options;
  const planner = new Planner({ ...DEFAULT_BOUNDS, ...bounds }, localisation);
  const language: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider: 'heddle',
    modelId: 'repair',
    supportedUrls: {},
    async doGenerate(call) {
      const content = await reply(planner, call, seed);
      return { content, finishReason: finishOf(content), usage: NO_USAGE, warnings: [] };
    },
    async doStream(call) {
      const content = await reply(planner, call, seed);
      return { stream: ReadableStream.from(parts(content)) as ReadableStream<LanguageModelV4StreamPart> };
    },
  };
  return {
    id: localisation ? 'repair' : 'repair@no-localisation',
    language,
    contextTokens: CONTEXT_TOKENS,
    price: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    options: { seed },
    tools: ['localize', 'attempt'],
    answers: false,
    embedded: true,
    source: import.meta.url,
  };
}

async function reply(
  planner: Planner,
  { prompt, tools, seed, abortSignal }: LanguageModelV4CallOptions,
  ownSeed: number,
): Promise<LanguageModelV4Content[]> {
  abortSignal?.throwIfAborted();
  const state = readPrompt(prompt, tools?.map(({ name }) => name) ?? []);
  const turn = await planner.next(state, seed ?? ownSeed);
  abortSignal?.throwIfAborted();
  return [
    { type: 'text', text: turn.text },
    ...turn.calls.map(({ tool, input }, index) => ({
      type: 'tool-call' as const,
      // Unique within the prompt and the same whenever the prompt is.
      toolCallId: `repair-${prompt.length}-${index}`,
      toolName: tool,
      input: JSON.stringify(input),
    })),
  ];
}

function finishOf(content: readonly LanguageModelV4Content[]) {
  const unified = content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
  return { unified, raw: undefined } as const;
}

function* parts(content: readonly LanguageModelV4Content[]): Generator<LanguageModelV4StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  for (const [index, part] of content.entries()) {
    const id = String(index);
    if (part.type === 'text') {
      yield { type: 'text-start', id };
      yield { type: 'text-delta', id, delta: part.text };
      yield { type: 'text-end', id };
    } else if (part.type === 'tool-call') {
      yield { type: 'tool-input-start', id: part.toolCallId, toolName: part.toolName };
      yield { type: 'tool-input-delta', id: part.toolCallId, delta: part.input };
      yield { type: 'tool-input-end', id: part.toolCallId };
      yield part;
    }
  }
  yield { type: 'finish', usage: NO_USAGE, finishReason: finishOf(content) };
}
