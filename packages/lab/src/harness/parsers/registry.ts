import { nearestName, OperatorError } from '@heddle/core';
import { cases } from './cases.ts';
import { django } from './django.ts';
import type { ParseLog } from './parser.ts';
import { matplotlib, pytest, pytestOptions, pytestV2, seaborn } from './pytest.ts';
import { sympy } from './sympy.ts';
import { tapTree } from './tap-tree.ts';

/** One test called `tests`, by the exit code alone. */
export const EXIT_CODE = 'exit-code';

/** By the names of published records (`log_parser`, without `parse_log_`), and for their repositories. */
const PARSERS: Readonly<Record<string, ParseLog>> = {
  [EXIT_CODE]: (_log, { exitCode }) => new Map([['tests', exitCode === 0 ? 'PASSED' : 'FAILED']]),
  cases,
  tap_tree: tapTree,
  pytest,
  pytest_options: pytestOptions,
  pytest_v2: pytestV2,
  django,
  seaborn,
  sympy,
  matplotlib,
};

/** Throws OperatorError `no-such-parser`. */
export function parserNamed(name: string): ParseLog {
  const bare = name.replace(/^parse_log_/, '');
  const parser = Object.hasOwn(PARSERS, bare) ? PARSERS[bare] : undefined;
  if (parser !== undefined) return parser;
  const near = nearestName(bare, Object.keys(PARSERS));
  throw new OperatorError('no-such-parser', `there is no log parser called ${JSON.stringify(name)}`, {
    hint: near === null ? `one of: ${Object.keys(PARSERS).join(', ')}` : `did you mean ${near}?`,
  });
}
