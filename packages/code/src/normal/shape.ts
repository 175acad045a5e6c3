/** Nodes in which a name stands first that the node binds. */
const BINDS: ReadonlySet<string> = new Set([
  '(variable_declarator', // JavaScript, Java, C#
  '(assignment', // Python
  '(named_expression',
  '(let_declaration', // Rust
]);
/** In Go's `a, b := f()`, and where Python unpacks, names stand in a list. */
const LISTS: ReadonlySet<string> = new Set(['(expression_list', '(pattern_list', '(tuple_pattern']);
const BINDS_LIST: ReadonlySet<string> = new Set([
  '(short_var_declaration',
  '(range_clause',
  '(assignment',
  '(for_statement',
]);
const FUNCTION = /^\((?:function|method|arrow|generator|lambda|constructor)/;
const NAME = /^'[A-Za-z_]\w*$/;

/**
 * Tokens with the local variables that a change brings in called by the order they come in: the same for two changes
 * that only name them differently. A name is taken for one if a function binds it and it is nowhere in `before`.
 * Scopes are not looked at: this says that changes are alike, not that they are the same.
 */
export function shapeOf(before: readonly string[] | null, after: readonly string[]): string[] {
  const known = new Set(before);
  const fresh = new Map<string, string>();
  for (const name of boundNames(after)) {
    if (!known.has(name) && !fresh.has(name)) fresh.set(name, `'$${fresh.size}`);
  }
  // A member or a named argument of that name is something else.
  return after.map((part, index) => {
    const last = after[index - 1];
    return last === "'." || last === "'?." || last === '(keyword_argument' || last === '(pair'
      ? part
      : (fresh.get(part) ?? part);
  });
}

function* boundNames(parts: readonly string[]): Generator<string> {
  const open: string[] = [];
  let functions = 0;
  for (const [index, part] of parts.entries()) {
    if (part === ')') {
      if (FUNCTION.test(open.pop()!)) functions--;
      continue;
    }
    if (part.startsWith('(')) {
      open.push(part);
      if (FUNCTION.test(part)) functions++;
      continue;
    }
    if (functions === 0 || !NAME.test(part)) continue;
    const last = parts[index - 1]!;
    const listed = LISTS.has(open.at(-1)!) && BINDS_LIST.has(open.at(-2) ?? '');
    if (BINDS.has(last) || (listed && !assigned(parts, index))) yield part;
  }
}

/** Whether a name in a list stands behind the sign that binds, where values are. */
function assigned(parts: readonly string[], index: number): boolean {
  let depth = 0;
  for (let at = index - 1; at >= 0; at--) {
    const part = parts[at]!;
    if (part === ')') depth++;
    else if (part.startsWith('(')) depth--;
    // Two nodes out begins the statement: its own tokens are one node in.
    if (depth === -2) return false;
    if (depth === -1 && (part === "':=" || part === "'=" || part === "'in")) return true;
  }
  return false;
}
