import type { SqlValue } from './sql.ts';

/** A condition with its values; false: it is not asked for. */
type Condition = readonly [condition: string, ...values: SqlValue[]] | false;

/** All of them at once, as the WHERE of a statement. */
export function conditions(asked: readonly Condition[]): { where: string; values: SqlValue[] } {
  const set = asked.filter((one) => one !== false);
  return {
    where: set.length === 0 ? '' : `WHERE ${set.map(([text]) => text).join(' AND ')}`,
    values: set.flatMap(([, ...values]) => values),
  };
}
