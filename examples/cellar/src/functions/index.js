// All built-in functions by name. A definition is one of
//   { count: [fewest, most], run(values, context) }                single values; an error among them is the result
//   { count, ranges: true, run(values, context) }                  ranges arrive as Block, errors as they are
//   { count, lazy(thunks) }                                        arguments are evaluated when called
import { DATE_FUNCTIONS } from './dates.js';
import { LOGIC_FUNCTIONS } from './logic.js';
import { LOOKUP_FUNCTIONS } from './lookup.js';
import { MATH_FUNCTIONS } from './math.js';
import { TEXT_FUNCTIONS } from './text.js';

export const FUNCTIONS = Object.freeze({
  ...MATH_FUNCTIONS,
  ...LOGIC_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...LOOKUP_FUNCTIONS,
  ...DATE_FUNCTIONS,
});
