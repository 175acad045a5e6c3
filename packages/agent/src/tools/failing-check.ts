import { type CheckSpec, ModelFacingError } from '@heddle/core';
import type { ToolContext } from '../tool.ts';

/** The check a model names, or the first that fails. Throws {@link ModelFacingError} `no-check`. */
export function failingCheck(name: string | undefined, { checks, view }: ToolContext): CheckSpec {
  const failing = checks.find((check) => view.checkRun(check.name).last?.outcome.status !== 'passed');
  const check = name === undefined ? failing : checks.find((each) => each.name === name);
  if (check) return check;
  const known = checks.map((each) => each.name).join(', ') || 'none';
  throw new ModelFacingError(
    'no-check',
    name === undefined ? 'No check fails.' : `There is no check "${name}" (${known}).`,
  );
}
