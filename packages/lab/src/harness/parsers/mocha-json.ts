import * as z from 'zod/mini';
import { mochaTree } from './nested.ts';
import type { ParseLog, StatusMap } from './parser.ts';
import { carbon } from './test-files.ts';

const titles = z.array(z.object({ fullTitle: z.string() }));
const resultsSchema = z.object({ failures: titles, passes: titles });

/** `mocha --reporter json` behind its traced command; one run or more. */
export const prismjs: ParseLog = (log) => {
  const found: StatusMap = new Map();
  for (const run of log.split('./node_modules/.bin/mocha tests/run.js --reporter json').slice(1)) {
    const results = resultsIn(run);
    for (const { fullTitle } of results?.failures ?? []) found.set(fullTitle, 'FAILED');
    for (const { fullTitle } of results?.passes ?? []) found.set(fullTitle, 'PASSED');
  }
  return found;
};

function resultsIn(text: string): z.infer<typeof resultsSchema> | null {
  try {
    return resultsSchema.parse(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)));
  } catch {
    return null; // cut short, or no results at all
  }
}

const TREE_VERSIONS = ['9.5', '10.0', '10.2'];

/** jest by file from version 3 on, mocha's tree in a few later ones, mocha's JSON (which may be broken) before. */
export const lighthouse: ParseLog = (log, context) => {
  if (TREE_VERSIONS.includes(context.version)) return mochaTree(log);
  if (Number(context.version) >= 3) return carbon(log, context);
  const found: StatusMap = new Map();
  const titlesIn = (text: string) =>
    [...text.matchAll(/"fullTitle":\s"([^\n]*)",\n/g)].map(([, title]) => title!);
  const upTo = (text: string, end: string) =>
    text.includes(end) ? text.slice(0, text.lastIndexOf(end)) : text;
  for (const run of log.split('./node_modules/.bin/mocha --reporter json').slice(1)) {
    for (const title of titlesIn(upTo(run.split('"passes": [').at(-1)!, ']'))) found.set(title, 'PASSED');
    for (const title of titlesIn(upTo(run.split('"failures": [').at(-1)!, '],'))) found.set(title, 'FAILED');
  }
  return found;
};
