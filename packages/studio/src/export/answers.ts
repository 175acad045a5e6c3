import type { CompareTold } from '../told/compare.ts';
import type { ExperimentTold } from '../told/experiment.ts';
import { patchPath } from '../told/patch-path.ts';
import type { RolloutTold } from '../told/rollout.ts';
import type { ObjectTold, PromptTold, StepTold } from '../told/step.ts';
import type { StepsTold } from '../told/steps.ts';

/** The Studio's answer to a GET path below `/api`; null: it refuses. */
export type Ask = (path: string) => Promise<unknown>;

export interface Answer {
  readonly path: string;
  readonly body: unknown;
}

/** What goes in. */
export interface Wanted {
  readonly rollouts: WhichRollouts;
  /** Every rollout of the experiment. */
  readonly of: readonly string[];
  /** Each step's prompt as it was sent: most of an export where they are in. */
  readonly prompts: boolean;
}

/** Rollouts whose every step is in the export. */
export type WhichRollouts = 'all' | 'flipped' | 'none';

/** As the page asks for them. */
const STEPS_AT_ONCE = 200;
/** As the page asks for a patch that is an object. */
const PATCH_BYTES = 1_000_000;
/** Of a long output; the page says how much there is. */
const MOST_OUTPUT_BYTES = 1_000_000;

/** Every answer that the pages of one experiment need, each once: many steps name the same output. */
export async function* answersOf(
  server: Ask,
  experiment: string,
  { rollouts, of, prompts }: Wanted,
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
      yield* told(ask, versionPaths(compared));
      for (const flip of compared.flips) {
        const [first, second] = flip.rollouts;
        flipped.add(first).add(second);
        if (rollouts !== 'none')
          yield* told(ask, [`/side?a=${first}&b=${second}`, `/compare/parting?a=${first}&b=${second}`]);
      }
    }
  if (rollouts === 'none') return;
  for (const rollout of rollouts === 'all' ? of : flipped) yield* ofRollout(ask, rollout, prompts);
}

function versionPaths({ a, b, versions }: CompareTold): string[] {
  const pair =
    a.version === null || b.version === null
      ? []
      : [`/versions/diff?${new URLSearchParams({ a: a.version, b: b.version })}`];
  const { prompts = [], files = [] } = versions ?? {};
  return [
    ...pair,
    ...prompts.map((change) => patchPath(change, true)),
    ...files.map((change) => patchPath(change, false)),
  ];
}

async function* ofRollout(ask: Ask, rollout: string, prompts: boolean): AsyncIterable<Answer> {
  const own = `/rollouts/${rollout}`;
  const head = (await ask(own)) as RolloutTold | null;
  if (head === null) return;
  yield { path: own, body: head };
  yield* told(ask, [`${own}/diff`, `${own}/tree`, `${own}/audit`, `${own}/others`]);
  for await (const answer of told(ask, [`${own}/crosscheck`])) {
    yield answer;
    const patches = digestsIn(answer.body).map((digest) => `/objects/${digest}?limit=${PATCH_BYTES}`);
    yield* told(ask, patches);
  }
  for (let from = 0, total = 1; from < total; from += STEPS_AT_ONCE) {
    const path = `${own}/steps?from=${from}&limit=${STEPS_AT_ONCE}`;
    const window = (await ask(path)) as StepsTold | null;
    if (window === null) return;
    yield { path, body: window };
    ({ total } = window);
    for (const { n } of window.steps) yield* ofStep(ask, own, { n, prompts });
  }
  // Those that work for it are looked at from it.
  for (const part of head.parts) if (part.rollout !== null) yield* ofRollout(ask, part.rollout, prompts);
}

async function* ofStep(
  ask: Ask,
  own: string,
  { n, prompts }: { readonly n: number; readonly prompts: boolean },
): AsyncIterable<Answer> {
  const path = `${own}/steps/${n}`;
  const body = (await ask(path)) as StepTold | null;
  if (body === null) return;
  yield { path, body };
  yield* told(ask, [`${own}/diff?step=${n}`, `${own}/diff?upto=${n}`]);
  for (const piece of body.pieces) {
    if (piece.kind === 'folded') yield* told(ask, [`${own}/memory?at=${piece.position}`]);
    if (piece.kind === 'action')
      yield* told(
        ask,
        piece.pictures.map(({ digest }) => `/pictures/${digest}`),
      );
  }
  for (const digest of digestsIn(body)) yield* pagesOf(ask, digest);
  if (prompts && body.hasPrompt) yield* ofPrompt(ask, `${path}/prompt`);
}

async function* pagesOf(ask: Ask, digest: string): AsyncIterable<Answer> {
  for (let from: number | null = 0; from !== null && from < MOST_OUTPUT_BYTES; ) {
    const path = `/objects/${digest}?from=${from}`;
    const page = (await ask(path)) as ObjectTold | null;
    if (page === null) return;
    yield { path, body: page };
    from = page.next;
  }
}

async function* ofPrompt(ask: Ask, path: string): AsyncIterable<Answer> {
  const body = (await ask(path)) as PromptTold | null;
  if (body === null) return;
  yield { path, body };
  const cut = body.messages.filter(({ parts }) => parts.some((part) => part.cut > 0));
  yield* told(
    ask,
    cut.map(({ index }) => `${path}?message=${index}`),
  );
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
