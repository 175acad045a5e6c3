import { OperatorError } from '@heddle/core';

const FORMS = 'docs/compose.md has every form with an example';

/** What is wrong with an agent written as data, and where. */
export class SpecError extends OperatorError {
  /** Keys from the top of what was read: `agents`, its name, … */
  readonly path: readonly PropertyKey[];
  readonly what: string;

  constructor(path: readonly PropertyKey[], what: string, hint = FORMS) {
    // Of an agent that is a name, what is wrong needs no place.
    super('bad-agent', path.length === 1 ? what : `${path.map(String).join('.')}: ${what}`, { hint });
    this.path = path;
    this.what = what;
  }
}
