import type { ParseLog, StatusMap } from './parser.ts';
import { strip } from './python-text.ts';

/** Times jest prints behind a file, the first kind that fits counts. */
const TIMES = [String.raw`\s\([\d.]+ms\)`, String.raw`\s\([\d.]+\ss\)`, String.raw`\s\([\d.]+s\)`, ''];

/** jest without `--verbose`: the outcome of each file. */
export const carbon: ParseLog = (log) => {
  const found: StatusMap = new Map();
  for (const line of log.split('\n')) {
    const word = ['PASS', 'FAIL'].find((each) => line.startsWith(each));
    if (word === undefined) continue;
    const names = TIMES.map((time) => new RegExp(`^${word}\\s(.*)${time}`, 's').exec(line)?.[1]);
    const name = names.find((each) => each !== undefined);
    if (name !== undefined) found.set(name, word === 'PASS' ? 'PASSED' : 'FAILED');
  }
  return found;
};

/** The same, failures first: a file that is also said to pass has passed. */
export const grommet: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const untimed = (name: string) => strip(name).replace(/\s\([\d.]+\s?(?:ms|s)\)$/, '');
  for (const [, name] of log.matchAll(/^FAIL\s([^\n]*)/gm)) found.set(untimed(name!), 'FAILED');
  for (const [, name] of log.matchAll(/^PASS\s([^\n]*)/gm)) found.set(untimed(name!), 'PASSED');
  return found;
};
