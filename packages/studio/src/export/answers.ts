import type { CompareTold } from '../told/compare.ts';
import type { ExperimentTold } from '../told/experiment.ts';
import type { StepsTold } from '../told/steps.ts';

/** The Studio's answer to a GET path below `/api`; null: it refuses. */
export type Ask = (path: string) => Promise<unknown>;

export interface Answer {
  readonly path: string;
  readonly body: unknown;
}

/** Rollouts whose every step is in the export. */
export type WhichRollouts = 'all' | 'flipped' | 'none';

/** As the page asks for them. */
const STEPS_AT_ONCE = 200;
/** As the page asks for a patch that is an object. */
const PATCH_BYTES = 1_000_000;

/** Every answer that the pages of one experiment need, each once: many steps name the same output. */
export async function* answersOf(
  server: Ask,
  experiment: string,
  { rollouts, of }: { readonly rollouts: WhichRollouts; readonly of: readonly string[] },
): AsyncIterable<Answer> {
  const asked = new Set<string>();
  const ask: Ask = async (path) => {
    if (asked.has(path)) return null;
    asked.add(path);
    return server(path);
  };
  const own = `/experiments/${experiment}`;
  const head = (await ask(own)) as ExperimentTold;
  yield { path: own, body: head };
  yield* told(ask, [`${own}/table`, `${own}/leaderboard`]);
  const flipped = new Set<string>();
  for (const a of head.agents)
    for (const b of head.agents) {
      if (a === b) continue;
      const pair = { a: `${head.experiment}:${a.name}`, b: `${head.experiment}:${b.name}` };
      const path = `/compare?${new URLSearchParams(pair)}`;
      const compared = (await ask(path)) as CompareTold | null;
      if (compared === null) continue;
      yield { path, body: compared };
      for (const flip of compared.flips) {
        const [first, second] = flip.rollouts;
        flipped.add(first).add(second);
        if (rollouts !== 'none')
          yield* told(ask, [`/side?a=${first}&b=${second}`, `/compare/parting?a=${first}&b=${second}`]);
      }
    }
  if (rollouts === 'none') return;
  for (const rollout of rollouts === 'all' ? of : flipped) yield* ofRollout(ask, rollout);
}

async function* ofRollout(ask: Ask, rollout: string): AsyncIterable<Answer> {
  const own = `/rollouts/${rollout}`;
  yield* told(ask, [own, `${own}/diff`, `${own}/tree`, `${own}/audit`]);
  for await (const answer of told(ask, [`${own}/crosscheck`])) {
    yield answer;
    yield* told(
      ask,
      digestsIn(answer.body).map((digest) => `/objects/${digest}?limit=${PATCH_BYTES}`),
    );
  }
  for (let from = 0, total = 1; from < total; from += STEPS_AT_ONCE) {
    const path = `${own}/steps?from=${from}&limit=${STEPS_AT_ONCE}`;
    const window = (await ask(path)) as StepsTold | null;
    if (window === null) return;
    yield { path, body: window };
    ({ total } = window);
    for (const { n } of window.steps) {
      const step = `${own}/steps/${n}`;
      const body = await ask(step);
      if (body === null) continue;
      yield { path: step, body };
      yield* told(ask, [`${own}/diff?step=${n}`, `${own}/diff?upto=${n}`]);
      yield* told(
        ask,
        digestsIn(body).map((digest) => `/objects/${digest}?from=0`),
      );
    }
  }
}

async function* told(ask: Ask, paths: readonly string[]): AsyncIterable<Answer> {
  for (const path of paths) {
    const body = await ask(path);
    if (body !== null) yield { path, body };
  }
}

/** Objects that an answer names, wherever it does. */
function digestsIn(value: unknown): string[] {
  return [...new Set(JSON.stringify(value).match(/(?<=")[0-9a-f]{64}(?=")/g) ?? [])];
}
