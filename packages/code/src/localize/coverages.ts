import type { CheckSpec } from '@heddle/core';
import type { Probe } from './probe.ts';
import { PYTHON_COVERAGE } from './python/coverage.ts';
import { V8_COVERAGE } from './v8/coverage.ts';

/** The runtimes whose coverage we can take. */
export const COVERAGES = { javascript: V8_COVERAGE, python: PYTHON_COVERAGE } satisfies Record<string, Probe>;
export type CoverageLanguage = keyof typeof COVERAGES;

const FRAMEWORK_LANGUAGES: Readonly<Record<string, CoverageLanguage>> = {
  'node:test': 'javascript',
  vitest: 'javascript',
  jest: 'javascript',
  mocha: 'javascript',
  pytest: 'python',
  unittest: 'python',
};

/** By the check's framework, else by its command. */
export function languageOfCheck(check: CheckSpec): CoverageLanguage | undefined {
  const known = FRAMEWORK_LANGUAGES[check.framework];
  if (known) return known;
  if (/\b(?:node|npm|npx|pnpm|yarn|tsx)\b/.test(check.command)) return 'javascript';
  return /\b(?:python[\d.]*|pytest|tox|nox)\b/.test(check.command) ? 'python' : undefined;
}
