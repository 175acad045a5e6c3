// Trees to values.
import { FUNCTIONS } from './functions/index.js';
import { rowsOf } from './address.js';
import { CellError, compare, toNumber, toText } from './values.js';

/** The values of a range, as functions receive it: `rows` is a list of rows. */
export class Block {
  constructor(rows) {
    this.rows = rows;
  }

  get values() {
    return this.rows.flat();
  }
}

/**
 * The value of a tree. `context.read(address)` gives the value of another cell and `context.today()` the current day
 * number. A range where a single value is wanted is an error, except that a range of one cell is that cell.
 */
export function evaluate(tree, context) {
  const value = evaluateNode(tree, context);
  return value instanceof Block ? single(value) : value;
}

function single(block) {
  const [first, ...others] = block.values;
  return others.length > 0 ? CellError.value('a range stands where one value is needed') : first;
}

function evaluateNode(node, context) {
  switch (node.type) {
    case 'literal':
      return node.value;
    case 'error':
      return new CellError(node.code);
    case 'reference':
      return context.read(node.address);
    case 'range':
      return new Block(rowsOf(node.range).map((row) => row.map((address) => context.read(address))));
    case 'name':
      return CellError.name(`${node.name} is not defined`);
    case 'percent':
      return mapNumber(evaluate(node.operand, context), (number) => number / 100);
    case 'unary':
      return mapNumber(evaluate(node.operand, context), (number) => (node.operator === '-' ? -number : number));
    case 'binary':
      return binary(node.operator, evaluate(node.left, context), evaluate(node.right, context));
    case 'call':
      return call(node, context);
    default:
      throw new Error(`unknown node ${node.type}`);
  }
}

function mapNumber(value, change) {
  const number = toNumber(value);
  return number instanceof CellError ? number : change(number);
}

function binary(operator, left, right) {
  if (left instanceof CellError) return left;
  if (right instanceof CellError) return right;
  switch (operator) {
    case '&':
      return toText(left) + toText(right);
    case '=':
      return compare(left, right) === 0;
    case '<>':
      return compare(left, right) !== 0;
    case '<':
      return compare(left, right) < 0;
    case '<=':
      return compare(left, right) <= 0;
    case '>':
      return compare(left, right) > 0;
    case '>=':
      return compare(left, right) >= 0;
    default:
      return arithmetic(operator, toNumber(left), toNumber(right));
  }
}

function arithmetic(operator, left, right) {
  if (left instanceof CellError) return left;
  if (right instanceof CellError) return right;
  if (operator === '/' && right === 0) return CellError.divide();
  const result = {
    '+': () => left + right,
    '-': () => left - right,
    '*': () => left * right,
    '/': () => left / right,
    '^': () => left ** right,
  }[operator]();
  return Number.isFinite(result) ? result : CellError.number(`${left} ${operator} ${right} has no value`);
}

function call(node, context) {
  const definition = FUNCTIONS[node.name];
  if (!definition) return CellError.name(`there is no function ${node.name}`);
  const [fewest, most] = definition.count;
  if (node.args.length < fewest || node.args.length > most) {
    return CellError.value(`${node.name} takes ${fewest === most ? fewest : `${fewest} to ${most}`} arguments`);
  }
  if (definition.lazy) return definition.lazy(node.args.map((arg) => () => evaluate(arg, context)));
  const values = node.args.map((arg) => evaluateNode(arg, context));
  if (definition.ranges) return definition.run(values, context);
  const scalars = values.map((value) => (value instanceof Block ? single(value) : value));
  return scalars.find((value) => value instanceof CellError) ?? definition.run(scalars, context);
}
