import type { Usage } from './events.ts';

export const NO_USAGE: Usage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

export function sumOfUsage(left: Usage, right: Usage): Usage {
  return each((key) => left[key] + right[key]);
}

export function lessOfUsage(left: Usage, right: Usage): Usage {
  return each((key) => left[key] - right[key]);
}

function each(of: (key: keyof Usage) => number): Usage {
  const usage = { ...NO_USAGE };
  for (const key of Object.keys(usage) as (keyof Usage)[]) usage[key] = of(key);
  return usage;
}
