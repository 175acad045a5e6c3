import type { ProgramParts } from './probe.ts';

/**
 * A Node program (ES module) that makes the calls and prints what came of them. It imports ES modules, CommonJS, and
 * TypeScript where this Node strips types. A call that never ends is ended by `vm`, one whose promise never settles by a
 * timer.
 */
export function nodeProgram({ path, name, calls, seconds, mark, length }: ProgramParts): string {
  const milliseconds = Math.ceil(seconds * 1_000);
  return `import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
const name = ${JSON.stringify(name)};
const write = process.stdout.write.bind(process.stdout);
let printed = '';
process.stdout.write = (chunk) => { printed += chunk; return true; };
process.stderr.write = () => true;

function render(value, depth = 0) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'function') return 'function ' + value.name;
  if (Object.is(value, -0)) return '-0';
  if (value === null || typeof value !== 'object') return String(value);
  if (depth > 6) return '...';
  const inner = (one) => render(one, depth + 1);
  if (Array.isArray(value)) return '[' + Array.from(value, inner).join(', ') + ']';
  const kind = value.constructor?.name ?? 'null';
  if (value instanceof Date) return 'Date ' + value.getTime();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return kind;
  if (value instanceof Set) return 'Set{' + [...value].map(inner).join(', ') + '}';
  if (value instanceof Map) return 'Map{' + [...value].map(([k, v]) => inner(k) + ': ' + inner(v)).join(', ') + '}';
  if (ArrayBuffer.isView(value)) return kind + '[' + Array.from(value).map(inner).join(', ') + ']';
  if (typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function') {
    const values = [];
    for (const one of value) if (values.push(inner(one)) >= 100) break;
    return 'iterator[' + values.join(', ') + ']';
  }
  const fields = Object.keys(value).sort().map((key) => JSON.stringify(key) + ': ' + inner(value[key]));
  return (kind === 'Object' ? '' : kind) + '{' + fields.join(', ') + '}';
}

async function one(target, args) {
  const before = render(args);
  printed = '';
  let text;
  let timer;
  try {
    globalThis.__probe = () => {
      const value = target.function.apply(target.self, args);
      return typeof value?.then === 'function' ? { promise: value } : { text: render(value) };
    };
    const made = vm.runInThisContext('__probe()', { timeout: ${milliseconds} });
    const late = new Promise((done) => { timer = setTimeout(done, ${milliseconds}, 'out of time'); });
    text = made.text ?? (await Promise.race([made.promise.then((value) => render(value)), late]));
  } catch (error) {
    text = error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'out of time' : 'throws ' + (error?.constructor?.name ?? String(error));
  }
  clearTimeout(timer);
  const after = render(args);
  if (after !== before) text += ' changing its arguments to ' + after;
  if (printed !== '') text += ' printing ' + JSON.stringify(printed);
  return text.slice(0, ${length});
}

function found(module) {
  for (const start of [module, module.default]) {
    let self;
    let value = start;
    for (const part of name) [self, value] = [value, value?.[part]];
    if (typeof value === 'function') return { function: value, self };
  }
  const whole = module.default;
  if (typeof whole === 'function' && whole.name === name.at(-1)) return { function: whole, self: undefined };
  throw new Error('not exported');
}

const target = found(await import(pathToFileURL(resolve(${JSON.stringify(path)})).href));
// From here on nothing a call leaves behind ends the others.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
const calls = [
${calls.map((call) => `  () => [${call.join(', ')}],`).join('\n')}
];
const results = [];
for (const call of calls) results.push(await one(target, call()));
write('\\n${mark}' + JSON.stringify(results) + '\\n', () => process.exit(0));
`;
}
