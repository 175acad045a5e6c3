import * as z from 'zod/mini';
import { excerpt } from '../../excerpt.ts';
import { FILES_PROMPT, LINES_PROMPT, SYMBOLS_PROMPT } from '../../prompts/pipeline.ts';
import { splitLines } from '../../tools/edit-text.ts';
import { type Agent, type AgentState, agent } from '../agent.ts';
import { measure } from '../measure.ts';
import type { Run } from '../run.ts';
import { byExecution } from './by-execution.ts';
import { byModel } from './by-model.ts';
import { fuse, placeSchema, type Ranking } from './places.ts';

export const locatedSchema = z.object({
  places: z.array(placeSchema),
  /** What fails, in words for whoever works on. */
  failing: z.string(),
  /** What could not be found out, and why; empty if nothing. */
  why: z.string(),
});
/** Where the work is to be done. */
export type Located = z.infer<typeof locatedSchema>;

/** Lines on each side of what is ranked, as Agentless shows them. */
const CONTEXT_LINES = 10;
/** Of all places together: what one question can hold beside its answer. */
const MAX_LINES = 500;
/** Of what one failing check printed. */
const MAX_OUTPUT_CHARACTERS = 4_000;

/** Where to work, by a model and by execution: two rankings of lines, joined. */
export const locate: Agent<unknown, Located> = agent<unknown, Located>(
  {
    name: 'locate',
    source: import.meta.url,
    prompts: { files: FILES_PROMPT, symbols: SYMBOLS_PROMPT, lines: LINES_PROMPT },
    output: locatedSchema,
  },
  async (state, run) => ({ ...state, value: await located(state, run) }),
);

async function located({ task, snapshot }: AgentState, run: Run): Promise<Located> {
  const { ground } = run;
  const measured = await measure(run, 'checks', snapshot, ground.checks);
  const failed = ground.checks.flatMap((check, index) =>
    measured[index]!.status === 'passed' ? [] : [{ check, end: measured[index]! }],
  );
  const failing = failed
    .map(({ check, end }) => {
      const output = excerpt(ground.text(end.output).trim(), MAX_OUTPUT_CHARACTERS).text;
      return `Check ${check.name} (\`${check.command}\`) ${end.status}:\n${output}`;
    })
    .join('\n\n');
  const rankings: Ranking[] = [];
  let why = '';
  if (failed[0] !== undefined) {
    const { check, end } = failed[0];
    rankings.push({ by: 'execution', spans: await byExecution(run, snapshot, check, end) });
  }
  const fork = await ground.workspace.fork(snapshot);
  try {
    if (await run.answers()) {
      const found = await byModel(run, fork, aboutText(task, failing));
      rankings.push({ by: 'model', spans: found.spans });
      why = found.why;
    }
    const lengths = new Map<string, number>();
    for (const { path } of rankings.flatMap(({ spans }) => spans)) {
      if (!lengths.has(path))
        lengths.set(path, splitLines((await fork.files.read(path)).toString('utf8')).length);
    }
    return { places: fuse(rankings, { lengths, context: CONTEXT_LINES, most: MAX_LINES }), failing, why };
  } finally {
    await fork.dispose();
  }
}

export function aboutText(task: string, failing: string): string {
  return [`<task>\n${task}\n</task>`, ...(failing === '' ? [] : [failing])].join('\n\n');
}
