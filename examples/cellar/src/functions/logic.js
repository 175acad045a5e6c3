import { CellError, toBoolean } from '../values.js';

/** Goes through all values of all arguments; empty cells and text in ranges say nothing. */
function overConditions(start, combine) {
  return {
    count: [1, 255],
    ranges: true,
    run: (values) => {
      let result = start;
      for (const value of values.flatMap(conditions)) {
        const condition = toBoolean(value);
        if (condition instanceof CellError) return condition;
        result = combine(result, condition);
      }
      return result;
    },
  };
}

function conditions(value) {
  if (!value?.rows) return [value];
  return value.values.filter((cell) => cell !== null && typeof cell !== 'string');
}

export const LOGIC_FUNCTIONS = {
  IF: {
    count: [2, 3],
    lazy: ([condition, whenTrue, whenFalse = () => false]) => {
      const chosen = toBoolean(condition());
      if (chosen instanceof CellError) return chosen;
      return chosen ? whenTrue() : whenFalse();
    },
  },
  IFERROR: {
    count: [2, 2],
    lazy: ([attempt, otherwise]) => {
      const value = attempt();
      return value instanceof CellError ? otherwise() : value;
    },
  },
  ISERROR: { count: [1, 1], lazy: ([attempt]) => attempt() instanceof CellError },
  ISBLANK: { count: [1, 1], lazy: ([attempt]) => attempt() === null },
  AND: overConditions(true, (all, condition) => all && condition),
  OR: overConditions(false, (any, condition) => any || condition),
  NOT: {
    count: [1, 1],
    run: ([value]) => {
      const condition = toBoolean(value);
      return condition instanceof CellError ? condition : !condition;
    },
  },
};
