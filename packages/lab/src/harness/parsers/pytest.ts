import { type ParseLog, STATUSES, type StatusMap, type TestStatus } from './parser.ts';
import { words } from './python-text.ts';

const statusAt = (line: string): TestStatus | undefined => STATUSES.find((status) => line.startsWith(status));

/** `SKIPPED [3] file:line: reason` counts skips, it names no test. */
const isSkipCount = (status: string, name: string) => status === 'SKIPPED' && /^\[\d+\]$/.test(name);

const asStatus = (word: string): TestStatus => word as TestStatus;

/** The lines of `-rA` at the end: a status, a test's id, and for failures a dash and the message. */
function summary(rename: (name: string) => string, reword = (line: string) => line): ParseLog {
  return (log) => {
    const found: StatusMap = new Map();
    for (const raw of log.split('\n')) {
      let line = reword(raw);
      const status = statusAt(line);
      if (status === undefined) continue;
      if (status === 'FAILED') line = line.replaceAll(' - ', ' ');
      const [word, name] = words(line);
      if (word === undefined || name === undefined || isSkipCount(word, name)) continue;
      found.set(rename(name), asStatus(word));
    }
    return found;
  };
}

export const pytest = summary((name) => name);

/** Mouse buttons are numbers in what was published, and names in later versions' ids. */
export const matplotlib = summary(
  (name) => name,
  (line) => line.replaceAll('MouseButton.LEFT', '1').replaceAll('MouseButton.RIGHT', '3'),
);

/** A parameter that is a path counts by its last part: it lies in a folder made for the run. */
export const pytestOptions = summary((name) => {
  const [, test, option] = /^([^\n]*?)\[([^\n]*)\]/.exec(name) ?? [];
  if (test === undefined || option === undefined) return name;
  const isPath = option.startsWith('/') && !option.startsWith('//') && !option.includes('*');
  return `${test}[${isPath ? `/${option.split('/').at(-1)}` : option}]`;
});

/** Also the lines of older versions, with the status last; names may hold blanks, colours are dropped. */
export const pytestV2: ParseLog = (log) => {
  const found: StatusMap = new Map();
  for (const raw of log.split('\n')) {
    let line = raw.replace(/\[\d+m/g, '').replace(/[\x01-\x1f]/g, '');
    const status = statusAt(line);
    if (status === 'FAILED') line = line.split(' - ', 1)[0]!;
    const parts = words(line);
    if (parts.length < 2) continue;
    if (status !== undefined) {
      if (!isSkipCount(parts[0]!, parts[1]!)) found.set(parts.slice(1).join(' '), asStatus(parts[0]!));
    } else if (STATUSES.some((ending) => line.endsWith(ending))) {
      found.set(parts.slice(0, -1).join(' '), asStatus(parts.at(-1)!));
    }
  }
  return found;
};

/** Progress lines (`id PASSED [ 3%]`) and those of the summary; nothing but passed and failed. */
export const seaborn: ParseLog = (log) => {
  const found: StatusMap = new Map();
  for (const line of log.split('\n')) {
    const [first, second] = words(line);
    if (first === undefined || second === undefined) continue;
    if (line.startsWith('FAILED')) found.set(second, 'FAILED');
    else if (line.includes(' PASSED ')) {
      if (second === 'PASSED') found.set(first, 'PASSED');
    } else if (line.startsWith('PASSED')) found.set(second, 'PASSED');
  }
  return found;
};
