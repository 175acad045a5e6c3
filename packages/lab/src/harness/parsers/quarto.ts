import type { ParseLog, StatusMap } from './parser.ts';
import { before, strip } from './python-text.ts';

/** Files made for a run have names of chance: they are numbered in the order they are met. */
const TEMPORARY = [/\/tmp\/(?:[\p{L}\p{N}_]+)\.qmd/u, /\/tmp\/(?:[\p{L}\p{N}_]+)\//u];

/** Deno's runner with Quarto's names; a test without an outcome has failed. */
export const quartoCli: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const numbers = new Map<string, number>();
  for (const raw of log.split('\n')) {
    if (raw.includes('ERRORS') || raw.includes('failures:')) break;
    if (!/\[(?:smoke|unit)\]/.test(raw)) continue;
    let line = raw;
    for (const pattern of TEMPORARY) {
      const file = pattern.exec(line)?.[0];
      if (file === undefined) continue;
      if (!numbers.has(file)) numbers.set(file, numbers.size);
      line = line.replace(new RegExp(pattern, 'gu'), `/tmp/${numbers.get(file)}`);
    }
    const name = strip(before(line, '...'));
    const summary = ['passed', 'failed', 'steps'].every((word) => line.includes(word));
    if (line.startsWith('test result:') || summary || line.includes('34mINFO')) continue;
    if (line.includes('32mok')) found.set(name, 'PASSED');
    else if (line.includes('31mFAILED') || !found.has(name)) found.set(name, 'FAILED');
  }
  return found;
};
