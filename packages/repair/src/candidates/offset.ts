import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import { bare, operation } from '../operation.ts';
import type { Syntax } from '../syntax.ts';

/** Functions whose arguments are bounds or positions. */
const BOUNDED =
  /^(?:range|slice|substring|substr|splice|islice|randint|charAt|at|fill|padStart|repeat|insert|pop)$/;

/**
 * Off by one: on indices, slice bounds, loop bounds, what is compared, positions handed to calls, returned numbers.
 * Why: the classic slip; PAR (Kim et al. 2013) and TBar carry it as range and boundary templates, and
 * "change numeric literal" in ManySStuBs4J is mostly one more or one less.
 */
export const offset: Family = {
  name: 'offset',
  manner: 'mend',
  *propose(node, context) {
    const { source } = context;
    const place = placeOf(node);
    if (place === null || (place === 'result' && !mayCount(node, context))) return;
    yield* shifted(node, place);
    if (source.language === 'python' && place === 'range' && node.parent?.parts.length === 1) {
      yield replace(node, `1, ${node.text}`, 0.25);
      yield replace(node, `1, ${node.text} + 1`, 0.3);
      yield replace(node, `${node.text} - 1, -1, -1`, 0.1);
    }
  },
};

type Place = 'index' | 'range' | 'bound' | 'again' | 'compared' | 'result';

const WEIGHT: Readonly<Record<Place, number>> = {
  index: 0.8,
  range: 0.8,
  bound: 0.7,
  again: 0.5,
  compared: 0.45,
  result: 0.35,
};

/** What a number at this place would count, or null where being one off makes no sense. */
function placeOf(node: Syntax): Place | null {
  const { parent } = node;
  if (!parent || !numeric(node)) return null;
  switch (parent.kind) {
    case 'index':
      return parent.parts[0] === node ? null : 'index';
    case 'slice':
      return 'bound';
    case 'arguments': {
      const callee = parent.parent?.at('function')?.parts.at(-1) ?? parent.parent?.at('function');
      if (!callee) return null;
      if (!BOUNDED.test(callee.text)) return isRecursive(parent, callee) ? 'again' : null;
      return callee.text === 'range' ? 'range' : 'bound';
    }
    case 'compare':
      return parent.parts[1] === node && /^[<>]/.test(operation(parent)?.operator.text ?? '')
        ? 'compared'
        : null;
    case 'return':
    case 'bind':
    case 'assign':
      return node.field === 'left' || node.field === 'name' ? null : 'result';
    default:
      return null;
  }
}

/** A result that is handed on to be iterated, indexed or asked for its members is no count. */
function mayCount(node: Syntax, context: Context): boolean {
  if (node.line !== node.endLine) return false;
  const target = node.parent!.at('left') ?? node.parent!.at('name');
  return target?.kind !== 'name' || ![...context.usage(target.text)].some((how) => NOT_A_COUNT.test(how));
}

const NOT_A_COUNT = /^(?:iterated|indexed|called|constructed|\.)/;

/** A function that calls itself hands on a smaller problem: how much smaller is where it goes wrong. */
function isRecursive(given: Syntax, callee: Syntax): boolean {
  for (let fn = given.within('function'); fn; fn = fn.within('function')) {
    if ((fn.at('name') ?? (fn.parent?.kind === 'bind' ? fn.parent.at('name') : null))?.text === callee.text)
      return true;
  }
  return false;
}

function numeric(node: Syntax): boolean {
  const { kind } = bare(node);
  return kind === 'name' || kind === 'member' || kind === 'arithmetic' || kind === 'call' || kind === 'index';
}

function* shifted(node: Syntax, place: Place): Generator<Proposal> {
  const weight = WEIGHT[place] * (node.kind === 'call' || node.kind === 'index' ? 0.7 : 1);
  const parts = node.kind === 'arithmetic' ? operation(node) : null;
  if (parts?.right.text === '1' && /^[+-]$/.test(parts.operator.text)) {
    // `n - 1` becomes `n`; one off in the other direction is the other operator, another family's.
    yield replace(node, parts.left.text, weight);
    yield replace(parts.right, '2', weight * 0.3);
    return;
  }
  yield replace(node, `${node.text} - 1`, weight);
  yield replace(node, `${node.text} + 1`, weight);
}
