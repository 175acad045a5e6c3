import { beforeAll, describe, expect, it } from 'vitest';
import { type Coverage, coverageOf, falseAlarmsOf } from '../../bench/coverage/coverage.ts';
import { KINDS, REFERENCES } from '../../bench/coverage/kinds.ts';
import { HARDER, REGIMES } from '../../bench/coverage/regimes.ts';

// The small form of `npm run bench:coverage`: the same experiments every time, enough of them to see an interval that
// has come to be wrong, not to tell 95 % from 94 %. Their share's standard error is 1.1 points.
const EXPERIMENTS = 400;
const RESAMPLES = 100;
const FEWEST = 0.92;
const MOST = 0.99;

const run = (options: Pick<Parameters<typeof coverageOf>[0], 'regimes' | 'kinds'>, experiments: number) =>
  coverageOf({ ...options, experiments, resamples: RESAMPLES, seed: 'test' });
const shareOf = ({ covered, count }: Coverage) => covered / count;

describe('95 % intervals over simulated experiments', () => {
  let all: Coverage[] = [];
  beforeAll(() => {
    all = run({ regimes: REGIMES, kinds: [...KINDS, ...REFERENCES] }, EXPERIMENTS);
  }, 300_000);

  it.each(REGIMES.map(({ name }) => name))('hold the truth about as often as they say: %s', (regime) => {
    const own = all.filter((each) => each.regime === regime && each.count > 0);
    const kinds = KINDS.map(({ name }) => own.find(({ kind }) => kind === name)).filter((each) => !!each);
    // With one attempt a task there is no pass@2, and nothing to say of these tasks only.
    expect(kinds.length).toBe(regime === 'K = 1' ? 4 : KINDS.length);
    for (const each of kinds) {
      const said = `${each.kind}: ${shareOf(each)}`;
      expect(shareOf(each), said).toBeGreaterThanOrEqual(FEWEST);
      expect(shareOf(each), said).toBeLessThanOrEqual(MOST);
    }
  });

  it('the bootstrap of few tasks does so less often, which is why it stands only beside', () => {
    const bootstrap = all.find(
      ({ kind, regime }) => kind.startsWith('paired difference, bootstrap') && regime === 'clustered',
    );
    expect(shareOf(bootstrap!)).toBeLessThan(FEWEST);
  });

  it('where little is known they say too little rather than too much', () => {
    const harder = run({ regimes: HARDER.filter(({ tasks }) => tasks <= 100), kinds: KINDS }, 150);
    for (const each of harder.filter(({ count }) => count > 0)) {
      expect(shareOf(each), `${each.regime}, ${each.kind}: ${shareOf(each)}`).toBeGreaterThanOrEqual(0.9);
    }
  }, 300_000);

  it('a difference that is not there is seen at most about as often as p says', () => {
    for (const { regime, alarms } of falseAlarmsOf({ regimes: REGIMES, experiments: 400, seed: 'test' })) {
      expect(alarms / 400, regime).toBeLessThanOrEqual(0.08);
    }
  }, 300_000);

  it('come out the same every time', () => {
    const options = { regimes: REGIMES.slice(0, 1), kinds: [...KINDS, ...REFERENCES] };
    expect(run(options, 10)).toEqual(run(options, 10));
  });
});
