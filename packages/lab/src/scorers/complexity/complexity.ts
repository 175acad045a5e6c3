import { Unscored } from '../../trial-scorer.ts';
import { codeChanges } from '../changes.ts';
import { refuseEmpty, trialScorer } from '../define.ts';
import { MEASURED } from './kinds.ts';
import { type Complexity, complexityIn, TOP_LEVEL } from './measure.ts';

/** Functions that are told. */
const MAX_NAMED = 4;

/**
 * What the patch adds to the complexity of the code outside of tests, by syntax trees: the functions it changed after it
 * less the same functions before. A function that is split up costs its new parts their one path each, and saves nesting.
 */
export const complexity = trialScorer(
  {
    name: 'complexity',
    about:
      'cognitive complexity added outside tests (Campbell 2018); beside it cyclomatic complexity (McCabe 1976)',
    better: 'lower',
    unit: 'amount',
    source: import.meta.url,
  },
  async (trial) => {
    refuseEmpty(trial);
    const changes = (await codeChanges(trial)).filter(
      ({ isTest, language }) => !isTest && MEASURED.has(language),
    );
    if (changes.length === 0) throw new Unscored('it changes no source file of a language that is measured');
    const changed: { readonly name: string; readonly before: Complexity; readonly after: Complexity }[] = [];
    for (const { path, language, before, after } of changes) {
      const old = await measured(language, before);
      const now = await measured(language, after);
      for (const name of new Set([...old.keys(), ...now.keys()])) {
        const pair = {
          name: `${path}:${name}`,
          before: old.get(name) ?? NOTHING,
          after: now.get(name) ?? NOTHING,
        };
        if (differ(pair.before, pair.after)) changed.push(pair);
      }
    }
    const added = (of: keyof Complexity) =>
      changed.reduce((sum, { before, after }) => sum + after[of] - before[of], 0);
    const why = (of: keyof Complexity) => {
      const most = changed.toSorted(
        (a, b) => Math.abs(b.after[of] - b.before[of]) - Math.abs(a.after[of] - a.before[of]),
      );
      const told = most
        .slice(0, MAX_NAMED)
        .map(({ name, before, after }) => `${name} ${before[of]} -> ${after[of]}`);
      const more = changed.length - told.length;
      return changed.length === 0
        ? 'no function became more or less complex'
        : `${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    };
    return {
      complexity: { value: added('cognitive'), why: why('cognitive') },
      'complexity.cyclomatic': { value: added('cyclomatic'), why: why('cyclomatic') },
    };
  },
);

const NOTHING: Complexity = { cyclomatic: 0, cognitive: 0 };

async function measured(
  language: Parameters<typeof complexityIn>[0],
  text: string | null,
): Promise<Map<string, Complexity>> {
  return text === null ? new Map([[TOP_LEVEL, NOTHING]]) : complexityIn(language, text);
}

function differ(a: Complexity, b: Complexity): boolean {
  return a.cognitive !== b.cognitive || a.cyclomatic !== b.cyclomatic;
}
