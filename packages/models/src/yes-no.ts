import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { NO_USAGE, sumOfUsage, type Usage } from '@heddle/core';
import { type AskOptions, askFully } from './ask.ts';
import { ModelError } from './errors.ts';
import type { Model, Reply, TokenProbability } from './model.ts';

export interface YesNoOptions extends AskOptions {
  /** How often to ask where there are no log-probabilities. Default 5: odd, and enough for a coarse number. */
  readonly votes?: number;
  /** What the question is about, before the question itself. */
  readonly context?: LanguageModelV4Prompt;
}

export interface YesNo {
  /** That the answer is yes; strictly between 0 and 1. */
  readonly probability: number;
  readonly how: 'logprobs' | 'votes';
  /** Of all requests together: to be charged to the same ledger. */
  readonly usage: Usage;
  readonly usd: number;
}

const DEFAULT_VOTES = 5;

/** OpenAI's least; the answer is one word. */
const ANSWER_TOKENS = 16;

/** Probabilities of 0 and 1 would be a certainty that no finite number of tokens or votes can give. */
const LEAST = 1e-6;

/**
 * How likely the model holds the answer to be yes. One request where the provider gives log-probabilities:
 * the weight of all spellings of yes against those of no. Otherwise by votes, with Laplace's rule of succession,
 * so that five yeses of five make 6/7 and not certainty.
 *
 * @throws ModelError as `ask` does, and `empty-reply` if not one vote was a yes or a no. What it had cost by then is the
 * error's `spent`.
 */
export async function yesNo(model: Model, question: string, options: YesNoOptions = {}): Promise<YesNo> {
  const prompt: LanguageModelV4Prompt = [
    ...(options.context ?? []),
    {
      role: 'user',
      content: [{ type: 'text', text: `${question}\n\nAnswer with one word, yes or no, and nothing else.` }],
    },
  ];
  const spent: Reply[] = [];
  try {
    const logprobs = model.dialect?.logprobs;
    if (logprobs !== undefined) {
      const answer = await askFully(model, { prompt, tools: [] }, options, {
        options: { maxOutputTokens: ANSWER_TOKENS, ...logprobs.options },
        providerOptions: logprobs.providerOptions,
      }).catch(unlessRefused);
      if (answer !== undefined) spent.push(answer.reply);
      const probability = fromTokens((answer && logprobs.read(answer.metadata)) ?? []);
      if (probability !== undefined) return { probability, how: 'logprobs', ...sumOf(spent) };
    }
    const votes = options.votes ?? DEFAULT_VOTES;
    const answers = spent.map(answerOf);
    while (answers.length < votes) {
      const { reply } = await askFully(model, { prompt, tools: [] }, options);
      spent.push(reply);
      answers.push(answerOf(reply));
    }
    const yes = answers.filter((answer) => answer === 'yes').length;
    const no = answers.filter((answer) => answer === 'no').length;
    if (yes + no === 0)
      throw new ModelError('empty-reply', `${model.id}: not one of ${votes} answers was a yes or a no`);
    return { probability: (yes + 1) / (yes + no + 2), how: 'votes', ...sumOf(spent) };
  } catch (error) {
    // What was answered before it failed was paid for.
    if (error instanceof ModelError && spent.length > 0) {
      const { spent: last } = error as { spent?: Pick<Reply, 'usage' | 'usd'> };
      Object.assign(error, { spent: sumOf(last === undefined ? spent : [...spent, last]) });
    }
    throw error;
  }
}

/** A server that knows no log-probabilities says so with a refusal, and is asked plainly then. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof ModelError && error.code === 'bad-request') return undefined;
  throw error;
}

function fromTokens(tokens: readonly TokenProbability[]): number | undefined {
  const weight = { yes: 0, no: 0 };
  for (const { token, logprob } of tokens) {
    const word = wordOf(token);
    if (word !== undefined) weight[word] += Math.exp(logprob);
  }
  const sum = weight.yes + weight.no;
  return sum === 0 ? undefined : Math.min(1 - LEAST, Math.max(LEAST, weight.yes / sum));
}

/** ` Yes.` and `NO` are answers; `not sure` and `yesterday` are none. */
function wordOf(text: string): 'yes' | 'no' | undefined {
  const word = /^\W*(yes|no)\b/i.exec(text)?.[1]?.toLowerCase();
  return word === 'yes' || word === 'no' ? word : undefined;
}

function answerOf(reply: Reply): 'yes' | 'no' | undefined {
  return wordOf(reply.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(''));
}

function sumOf(replies: readonly Pick<Reply, 'usage' | 'usd'>[]): Pick<YesNo, 'usage' | 'usd'> {
  return {
    usage: replies.map(({ usage }) => usage).reduce(sumOfUsage, NO_USAGE),
    usd: replies.reduce((sum, { usd }) => sum + usd, 0),
  };
}
