import { OperatorError } from '@heddle/core';

/** What is wrong with an agent written as data, and where. */
export class SpecError extends OperatorError {
  /** Keys from the top of what was read: `agents`, its name, … */
  readonly path: readonly PropertyKey[];
  readonly what: string;

  constructor(path: readonly PropertyKey[], what: string) {
    super('bad-agent', `${path.map(String).join('.')}: ${what}`, {
      hint: 'docs/compose.md has every form with an example',
    });
    this.path = path;
    this.what = what;
  }
}
