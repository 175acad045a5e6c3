import type { Store } from '@heddle/core';
import type { Experiment } from '../../experiment/begin.ts';
import { asPathPart, type OutFile } from '../out-file.ts';
import { gradedTrials } from './rows.ts';

/** `.aider.results.json` of each trial, in a folder for each agent (and attempt, where there are several) and exercise. */
export function* aiderFiles(store: Store, experiment: Experiment): Generator<OutFile> {
  const { asked } = experiment;
  for (const { agent, instance, attempt, result } of gradedTrials(store, experiment)) {
    // Without a verdict there is no outcome, and Aider has no word for that.
    if (result.resolved === null) continue;
    const entrant = asked.agents.find(({ name }) => name === agent);
    const run = asked.attempts > 1 ? `${asPathPart(agent)}--attempt-${attempt}` : asPathPart(agent);
    const record = {
      testdir: instance,
      testcase: instance.split('/').at(-1),
      model: entrant?.model ?? agent,
      edit_format: agent,
      tests_outcomes: result.resolvedByTry ?? [result.resolved],
      cost: result.usd,
      duration: result.seconds,
      test_timeouts: 0,
      num_error_outputs: 0,
      commit_hash: entrant?.version ?? '',
      prompt_tokens: result.inputTokens,
      completion_tokens: result.outputTokens,
    };
    const place = instance.split('/').map(asPathPart).join('/');
    yield {
      path: `${run}/${place}/.aider.results.json`,
      pieces: () => [`${JSON.stringify(record, null, 4)}\n`],
    };
  }
}
