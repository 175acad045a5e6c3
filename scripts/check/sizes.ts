import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from './finding.ts';

/** Where a file starts to hold more than one concept. */
export const WARN_LINES = 300;
/** Nobody reads such a file in one sitting. */
export const FAIL_LINES = 500;

/** Reports long source files. Tests, fixtures, examples and generated files may be long. */
export function checkSizes(root: string, files: readonly string[]): Finding {
  const sources = files.filter(
    (file) =>
      /^(packages\/[^/]+\/src|scripts|bench)\/.*\.(ts|tsx|mjs|js)$/.test(file) &&
      !/(^|\/)(test|fixtures|generated)\//.test(file),
  );
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const file of sources) {
    const lines = readFileSync(path.join(root, file), 'utf8').split('\n').length - 1;
    const text = `${file}: ${lines} lines`;
    if (lines > FAIL_LINES) problems.push(`${text} (at most ${FAIL_LINES})`);
    else if (lines > WARN_LINES) warnings.push(text);
  }
  return { seen: `${sources.length} source files`, problems, warnings };
}
