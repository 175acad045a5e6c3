import { scriptedModel } from '@heddle/models';
import { bash, call, FINISH, FIX } from '../steps.ts';

/** As right as `FIX`. */
const OTHER_FIX = call('edit', {
  command: 'replace',
  path: 'sum.js',
  old: 'let total = 0',
  new: 'let total = numbers[0] ?? 0',
});

/** Two models that both mend the sum of `BUGGY`, and a comparator who prefers the second's; who was asked when. */
export function killed(onComparing: () => void = () => {}) {
  const asked: string[] = [];
  const script = [bash('cat sum.js'), { calls: [FIX] }, { calls: [FINISH] }, { calls: [FINISH] }];
  const model = scriptedModel(
    (_, turn) => {
      asked.push(`own ${turn}`);
      return script[turn]!;
    },
    { id: 'lab/own' },
  );
  const second = scriptedModel(
    (_, turn) => {
      asked.push(`rival ${turn}`);
      return OTHER_FIX;
    },
    { id: 'lab/rival' },
  );
  const third = scriptedModel(
    (prompt) => {
      onComparing();
      const text = JSON.stringify(prompt);
      return { text: text.indexOf('numbers[0]') < text.indexOf('let i = 0') ? 'FIRST: x' : 'SECOND: x' };
    },
    { id: 'lab/comparator' },
  );
  return {
    asked,
    model,
    rival: { id: second.id, open: async () => second },
    comparator: { id: third.id, open: async () => third },
  };
}
