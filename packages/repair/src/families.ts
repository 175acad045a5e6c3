import { adapted } from './candidates/adapted.ts';
import { arithmetic } from './candidates/arithmetic.ts';
import { branch, branchTaken } from './candidates/branch.ts';
import { call } from './candidates/call.ts';
import { clause } from './candidates/clause.ts';
import { collect } from './candidates/collect.ts';
import { comparison } from './candidates/comparison.ts';
import { condition, constantCondition } from './candidates/condition.ts';
import { defaultValue } from './candidates/default.ts';
import { definition } from './candidates/definition.ts';
import { exchange } from './candidates/exchange.ts';
import { guard } from './candidates/guard.ts';
import { idiom } from './candidates/idiom.ts';
import { ingredient } from './candidates/ingredient.ts';
import { literal } from './candidates/literal.ts';
import { logic } from './candidates/logic.ts';
import { member } from './candidates/member.ts';
import { missing } from './candidates/missing.ts';
import { name } from './candidates/name.ts';
import { offset } from './candidates/offset.ts';
import { operand } from './candidates/operand.ts';
import { part } from './candidates/part.ts';
import { recurring } from './candidates/recurring.ts';
import { result } from './candidates/result.ts';
import { sibling } from './candidates/sibling.ts';
import { deletion, repetition, statement } from './candidates/statement.ts';
import { update } from './candidates/update.ts';
import { wrap } from './candidates/wrap.ts';
import type { Family } from './family.ts';

/** Every way of changing code the search knows. Adding one is a file in `candidates/` and a line here. */
export const FAMILIES: readonly Family[] = [
  comparison,
  arithmetic,
  logic,
  condition,
  constantCondition,
  offset,
  literal,
  name,
  member,
  call,
  wrap,
  sibling,
  idiom,
  guard,
  missing,
  branch,
  branchTaken,
  statement,
  deletion,
  repetition,
  ingredient,
  operand,
  exchange,
  update,
  result,
  part,
  adapted,
  defaultValue,
  clause,
  collect,
  definition,
  recurring,
];
