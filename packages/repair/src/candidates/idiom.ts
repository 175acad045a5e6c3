import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';

/**
 * A standard facility used in a way that is legal and means something else.
 * Why: API misuse with a known right form (Amann et al. 2018); the JavaScript entries are those lint rules and
 * "gotcha" catalogues warn of most: sorting numbers as text, `for…in` over a list, a replacement of only the
 * first match, text joined where numbers were meant; the Python ones: ordering, keys for items, a count from 0.
 */
export const idiom: Family = {
  name: 'idiom',
  manner: 'mend',
  *propose(node, context) {
    if (context.source.language === 'python') yield* python(node, context);
    else yield* javascript(node);
  },
};

function* javascript(node: Syntax): Generator<Proposal> {
  if (node.kind === 'for-each') {
    const keyword = node.at('operator') ?? node.children.find(({ text }) => text === 'in' || text === 'of');
    if (keyword) yield replace(keyword, keyword.text === 'in' ? 'of' : 'in', 0.6);
  }
  if (node.kind === 'regex') yield* regex(node);
  if (node.kind === 'call') {
    const callee = node.at('function');
    const property = callee?.kind === 'member' ? callee.parts.at(-1)!.text : callee?.text;
    const given = node.at('arguments');
    if (!given) return;
    if ((property === 'sort' || property === 'toSorted') && given.parts.length === 0) {
      yield replace(given, '((a, b) => a - b)', 0.7);
      yield replace(given, '((a, b) => b - a)', 0.3);
    }
    if (property === 'parseInt' && given.parts.length === 1) {
      yield replace(given, `(${given.parts[0]!.text}, 10)`, 0.3);
    }
    if (property === 'reduce' && given.parts.length === 1) {
      for (const start of ['0', '[]', '{}', "''", '1'])
        yield replace(given, `(${given.parts[0]!.text}, ${start})`, 0.25);
    }
    if (property === 'join' && given.parts.length === 0) yield replace(given, "('')", 0.4);
  }
  if (node.kind === 'arithmetic' && node.at('operator')?.text === '+') {
    const [left, right] = [node.parts[0]!, node.parts[1]!];
    yield replace(node, `Number(${left.text}) + Number(${right.text})`, 0.12);
  }
}

/** Flags and anchors. */
function* regex(node: Syntax): Generator<Proposal> {
  const end = node.text.lastIndexOf('/');
  const [body, flags] = [node.text.slice(1, end), node.text.slice(end + 1)];
  for (const flag of ['g', 'i', 'm', 'u', 's']) {
    const weight = flag === 'g' ? 0.5 : flag === 'i' ? 0.3 : 0.12;
    const other = flags.includes(flag) ? flags.replace(flag, '') : flags + flag;
    yield replace(node, `/${body}/${other}`, weight);
  }
  for (const changed of patterns(body)) yield replace(node, `/${changed}/${flags}`, 0.2);
}

/** Small changes inside a regular expression: quantifiers, anchors, greediness. */
function* patterns(body: string): Generator<string> {
  for (const match of body.matchAll(/(?<!\\)[*+]/g)) {
    const [head, tail] = [body.slice(0, match.index), body.slice(match.index + 1)];
    yield head + (match[0] === '*' ? '+' : '*') + tail;
    yield tail.startsWith('?') ? head + match[0] + tail.slice(1) : `${head}${match[0]}?${tail}`;
  }
  yield body.startsWith('^') ? body.slice(1) : `^${body}`;
  yield body.endsWith('$') && !body.endsWith('\\$') ? body.slice(0, -1) : `${body}$`;
  for (const match of body.matchAll(/\\[dDwWsSbB]/g)) {
    const letter = match[0][1]!;
    const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
    yield `${body.slice(0, match.index)}\\${other}${body.slice(match.index + 2)}`;
  }
  for (const match of body.matchAll(/(?<![\\[^])\./g)) {
    yield `${body.slice(0, match.index)}\\.${body.slice(match.index + 1)}`;
  }
}

function* python(node: Syntax, context: Context): Generator<Proposal> {
  if (node.kind === 'string' && /^[rR]/.test(node.text)) {
    const open = /^[rR](?:'''|"""|'|")/.exec(node.text)?.[0];
    if (open) {
      const quote = open.slice(1);
      const body = node.text.slice(open.length, node.text.length - quote.length);
      for (const changed of patterns(body)) yield replace(node, open + changed + quote, 0.2);
    }
  }
  if (node.kind === 'call') {
    const callee = node.at('function')?.text ?? '';
    const given = node.at('arguments');
    if (given?.kind !== 'arguments') return;
    const inner = given.parts.map((part) => part.text);
    if (/^(?:sorted|.*\.sort)$/.test(callee)) {
      const reversed = inner.findIndex((text) => /^reverse\s*=/.test(text));
      const other =
        reversed < 0 ? [...inner, 'reverse=True'] : inner.filter((_, index) => index !== reversed);
      yield replace(given, `(${other.join(', ')})`, 0.5);
    }
    if (callee === 'enumerate' && inner.length === 1) yield replace(given, `(${inner[0]}, 1)`, 0.4);
    if (callee === 'enumerate' && inner.length === 2) yield replace(given, `(${inner[0]})`, 0.4);
    if (callee === 'round' && inner.length === 1) yield replace(given, `(${inner[0]}, 2)`, 0.2);
    if (callee === 'range' && inner.length === 2) {
      yield replace(given, `(${inner[0]}, ${inner[1]} + 1)`, 0.5);
      yield replace(given, `(${inner[1]})`, 0.2);
    }
    if (/\.(?:split|strip|lstrip|rstrip)$/.test(callee) && inner.length === 1)
      yield replace(given, '()', 0.3);
    if (/\.split$/.test(callee) && inner.length === 1) yield replace(given, `(${inner[0]}, 1)`, 0.25);
    if (/\.(?:get|pop)$/.test(callee) && inner.length === 1) {
      for (const fallback of ['None', '0', '[]', "''", '{}'])
        yield replace(given, `(${inner[0]}, ${fallback})`, 0.12);
    }
  }
  if (node.kind === 'default-parameter') yield* sharedDefault(node, context);
  if (node.kind === 'slice') {
    const parts = node.text.split(':');
    if (parts.length === 2) {
      yield replace(node, `${parts[0]}:`, parts[1]!.trim() === '' ? 0 : 0.2);
      yield replace(node, `:${parts[1]}`, parts[0]!.trim() === '' ? 0 : 0.2);
      yield replace(node, `${node.text}:-1`, 0.08);
    }
  }
}

/** `def f(x=[])` keeps one list for all calls: made anew in the body instead. */
function* sharedDefault(node: Syntax, context: Context): Generator<Proposal> {
  const [name, value] = [node.at('name'), node.at('value')];
  if (!name || !value || !/^(?:\[\]|\{\}|set\(\)|list\(\)|dict\(\))$/.test(value.text)) return;
  const first = node
    .within('function')
    ?.at('body')
    ?.parts.find((part) => part.parts[0]?.kind !== 'string');
  if (!first || !context.ownsLines(first)) return;
  const indent = context.indentOf(first);
  const between = context.source.text.slice(value.end, first.start);
  const made = `if ${name.text} is None:\n${indent}${context.step}${name.text} = ${value.text}\n${indent}`;
  yield {
    start: value.start,
    end: first.start,
    text: `None${between}${made}`,
    weight: 0.6,
    note: 'no shared default',
  };
}
