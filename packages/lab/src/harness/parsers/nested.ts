import type { ParseLog, StatusMap } from './parser.ts';
import { strip, withoutColours } from './python-text.ts';
import { Suites } from './suites.ts';

/** Each run of jest in a log that traces its commands; headings go on from one run to the next. */
export const calypso: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const suites = new Suites();
  for (const run of log.split(' ./node_modules/.bin/jest ').slice(1)) {
    for (const line of run.split('\n')) {
      if (line.startsWith('Test Suites') || line.startsWith('  ● ')) break;
      const mark = strip(line)[0];
      if (mark !== '✓' && mark !== '✕') {
        suites.heading(line);
        continue;
      }
      const timed = /\(\d+ms\)/.test(line);
      const name = (timed ? /^\s+[✓✕]\s(.*)\(\d+ms\)$/s : /^\s+[✓✕]\s(.*)/s).exec(line)?.[1];
      if (name === undefined) continue;
      const [test, ...headings] = suites.path(name).reverse();
      found.set(strip(`${headings.reverse().join(' - ')} - ${test}`), mark === '✓' ? 'PASSED' : 'FAILED');
    }
  }
  return found;
};

/** Karma under xvfb, a run for each component. */
export const next: ParseLog = (log, { version }) =>
  version === '1.27' ? nextOfCypress(log) : nextOfKarma(log);

/** Lines of the browser's console and of messages. */
const CHATTER = ['ERROR', 'LOG', 'WARN', 'Check', 'in'];

function nextOfKarma(log: string): StatusMap {
  const found: StatusMap = new Map();
  const suites = new Suites();
  const quiet = withoutColours(log).replace(/AssertionError:\s+#[\s\S]*?\n\n/g, '');
  for (const run of quiet.split(' xvfb-run ').slice(1)) {
    for (const line of run.split('Starting browser Chrome').at(-1)!.split('\n')) {
      if (line.startsWith('TOTAL')) break;
      if (CHATTER.some((word) => strip(line).startsWith(word))) continue;
      const failed = /^.*?✗\s*(.*)/s.exec(line)?.[1];
      const passed = /^.*?✓\s*(.*)/s.exec(line)?.[1];
      if (failed !== undefined) found.set(suites.path(failed).join(' - '), 'FAILED');
      else if (passed !== undefined) found.set(suites.path(passed).join(' - '), 'PASSED');
      else suites.heading(line);
    }
  }
  return found;
}

function nextOfCypress(log: string): StatusMap {
  const found: StatusMap = new Map();
  const heads = [...log.matchAll(/Running:[^\n]*\)\n{3}\s{2}([^\n]*)\n/g)];
  for (const [at, head] of heads.entries()) {
    const text = log.slice(head.index + head[0].length, heads[at + 1]?.index);
    for (const [, name] of text.matchAll(/^\s{4}\d+\)\s([^\n]*)/gm))
      found.set(`${head[1]}: ${strip(name!)}`, 'FAILED');
    for (const [, name] of text.matchAll(/^\s{4}✓\s([^\n]*)\(/gm))
      found.set(`${head[1]}: ${strip(name!)}`, 'PASSED');
  }
  return found;
}

/** Mocha's list of tests below their suites. */
export function mochaTree(log: string): StatusMap {
  const found: StatusMap = new Map();
  for (const run of log.split(/running\s\d+\stest\sfiles/).slice(1)) {
    const suites = new Suites();
    for (const line of strip(run.split(/\d+\spassing/, 1)[0]!).split('\n')) {
      const bare = strip(line);
      const passed = (/^✔\s(.*)\s\(\d+m+s\)/s.exec(bare) ?? /^✔\s(.*)/s.exec(bare))?.[1];
      const failed = (/^\d+\)\s(.*)\s\(\d+m+s\)/s.exec(bare) ?? /^\d+\)\s(.*)/s.exec(bare))?.[1];
      if (passed !== undefined) found.set(suites.path(passed).join(' - '), 'PASSED');
      else if (failed !== undefined) found.set(suites.path(failed).join(' - '), 'FAILED');
      else suites.heading(line);
    }
  }
  return found;
}

/** Mocha's list, where the nearest line with two blanks before it is the suite. */
export const highlightjs: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const untimed = (name: string) => strip(name.replace(/\(\d+ms\)/g, ''));
  let suite: string | null = null;
  for (const line of log.split(/\n[ \t]*\d+ passing/, 1)[0]!.split('\n')) {
    const bare = strip(line);
    const name = (text: string) => (suite === null ? text : `${suite}.${text}`);
    const mark = ['✓', '✔'].find((each) => bare.startsWith(each));
    if (mark !== undefined) found.set(name(untimed(line.slice(line.indexOf(mark) + 1))), 'PASSED');
    else if (/^\d+\)/.test(bare)) found.set(name(untimed(line.slice(line.indexOf(')') + 1))), 'FAILED');
    else if (line.startsWith('  ')) suite = bare;
  }
  return found;
};

/** Karma's spec reporter: suites by indentation, from the browser's start to the summary. */
export const karma: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const suites: string[] = [];
  let depth = -1;
  let started = false;
  for (const line of log.split('\n')) {
    if (line.startsWith('SUMMARY:')) break;
    if (line.includes('Starting browser')) {
      started = true;
      continue;
    }
    const [, indent = '', mark, name] = /^(\s*)?([✔✖])?\s(.*)$/s.exec(line) ?? [];
    if (!started || name === undefined) continue;
    if (mark !== undefined) {
      found.set([...suites, name].join(' > '), mark === '✔' ? 'PASSED' : 'FAILED');
    } else if (indent.length > 0 && indent.length > depth) {
      depth = indent.length;
      suites.push(name);
    } else if (indent.length > 0 && indent.length < depth) {
      depth = indent.length;
      suites.pop();
    }
  }
  return found;
};
