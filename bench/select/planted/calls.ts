import { ModelFacingError } from '@heddle/core';
import type { Files } from '../../repair/case.ts';
import type { Bench, Subject } from '../../repair/corpus.ts';

/** A call of a module's function that tests make: the text between its brackets, literals only. */
export interface Call {
  readonly name: string;
  readonly given: string;
}

/** What is known of a way to call a module, in a language. */
interface Caller {
  /** Files to put there, and the command that runs the tests and writes calls down, a line of JSON each. */
  recording(path: string, text: string, check: string): { readonly files: Files; readonly command: string };
  /** The command that makes calls and writes down what each gave; reads them from `ASKED`. */
  replaying(path: string): { readonly files: Files; readonly command: string };
  /** A test file that expects results. */
  testFile(path: string, name: string, expected: readonly (Call & { readonly result: string })[]): Files;
}

const SEEN = '.calls-seen';
const ASKED = '.calls-asked';
const GIVEN = '.calls-given';
const SECONDS = 20;
/** Of one function; a test that calls in a loop says much the same over and over. */
const MAX_CALLS = 100;

/** Calls of a module's functions that its tests make, with the tests as `changed` has them. */
export async function callsIn(bench: Bench, subject: Subject, path: string, changed: Files): Promise<Call[]> {
  const caller = callerOf(path);
  const { files, command } = caller.recording(path, subject.files[path]!, subject.check);
  const text = await bench.within({ ...changed, ...files, [SEEN]: '' }, async (at) => {
    await at.exec(command, { timeoutSeconds: SECONDS });
    return read(at.files, SEEN);
  });
  const calls = [...new Set(text.split('\n'))]
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Call);
  return [...Map.groupBy(calls, ({ name }) => name).values()].flatMap(spread);
}

/** From all over the list, in its order. */
function spread(calls: readonly Call[]): readonly Call[] {
  const step = Math.max(1, calls.length / MAX_CALLS);
  return Array.from(
    { length: Math.min(MAX_CALLS, calls.length) },
    (_, index) => calls[Math.floor(index * step)]!,
  );
}

/** What each call gives where the module has this text; null: nothing that can be written as a literal. */
export async function resultsOf(
  bench: Bench,
  path: string,
  text: string,
  calls: readonly Call[],
): Promise<(string | null)[]> {
  if (calls.length === 0) return [];
  const { files, command } = callerOf(path).replaying(path);
  const asked = { ...files, [path]: text, [ASKED]: JSON.stringify(calls), [GIVEN]: '' };
  const given = await bench.within(asked, async (at) => {
    await at.exec(command, { timeoutSeconds: SECONDS });
    return read(at.files, GIVEN);
  });
  const results = given
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as string | null);
  return calls.map((_, index) => results[index] ?? null);
}

export function testFileOf(
  path: string,
  name: string,
  expected: readonly (Call & { readonly result: string })[],
): Files {
  return callerOf(path).testFile(path, name, expected);
}

async function read(files: { read(path: string): Promise<Buffer> }, path: string): Promise<string> {
  try {
    return (await files.read(path)).toString('utf8');
  } catch (error) {
    if (error instanceof ModelFacingError) return ''; // a test took it away
    throw error;
  }
}

function callerOf(path: string): Caller {
  return path.endsWith('.py') ? PYTHON : path.startsWith('src/') ? MODULES : COMMONJS;
}

const PYTHON: Caller = {
  recording: (path) => ({
    files: { '.recorder.py': PYTHON_RECORDER },
    command: `python3 .recorder.py ${dotted(path)}`,
  }),
  replaying: (path) => ({
    files: { '.replayer.py': PYTHON_REPLAYER },
    command: `python3 .replayer.py ${dotted(path)}`,
  }),
  testFile(path, name, expected) {
    const [folder, module] = dotted(path).split('.') as [string, string];
    const tests = expected.flatMap(({ name: called, given, result }, index) => [
      '',
      `    def test_${name}_${index + 1}(self):`,
      `        self.assertEqual(${module}.${called}(${given}), ${result})`,
    ]);
    const title = `${name[0]!.toUpperCase()}${name.slice(1)}`;
    return {
      [`tests/test_${name}.py`]: [
        'import unittest',
        `from ${folder} import ${module}`,
        '',
        '',
        `class ${title}(unittest.TestCase):`,
        ...tests.slice(1),
        '',
      ].join('\n'),
    };
  },
};

const dotted = (path: string): string => path.replace(/\.py$/, '').replaceAll('/', '.');

/** Each public function of the module is wrapped before the tests import it. */
const PYTHON_RECORDER = `
import ast, importlib, json, os, sys, types, unittest
sys.path.insert(0, os.getcwd())
module = importlib.import_module(sys.argv[1])
seen = open('${SEEN}', 'a')

def literal(value):
    text = repr(value)
    if len(text) > 200 or ast.literal_eval(text) != value:
        raise ValueError
    return text

def wrapped(name, own):
    def call(*args, **kwargs):
        try:
            given = ', '.join([literal(a) for a in args] + [f'{k}={literal(v)}' for k, v in kwargs.items()])
            seen.write(json.dumps({'name': name, 'given': given}) + '\\n')
            seen.flush()
        except Exception:
            pass
        return own(*args, **kwargs)
    return call

for name, value in list(vars(module).items()):
    if isinstance(value, types.FunctionType) and value.__module__ == module.__name__ and not name.startswith('_'):
        setattr(module, name, wrapped(name, value))
unittest.main(module=None, argv=['unittest'], exit=False, verbosity=0)
`;

const PYTHON_REPLAYER = `
import ast, importlib, json, os, sys
sys.path.insert(0, os.getcwd())
module = importlib.import_module(sys.argv[1])
calls = json.load(open('${ASKED}'))
with open('${GIVEN}', 'w') as out:
    for call in calls:
        result = None
        try:
            value = eval(f"module.{call['name']}({call['given']})")
            text = repr(value)
            if len(text) <= 300 and ast.literal_eval(text) == value:
                result = text
        except Exception:
            pass
        out.write(json.dumps(result) + '\\n')
        out.flush()
`;

/** Written into a module behind its own text. */
const RECORD = `
function __record(name, own, self, given) {
  const text = JSON.stringify(given);
  if (text.length < 200 && require_util.isDeepStrictEqual(JSON.parse(text), given))
    require_fs.appendFileSync('${SEEN}', JSON.stringify({ name, given: text.slice(1, -1) }) + '\\n');
  return own.apply(self, given);
}
`;

const REPLAY = `
const calls = JSON.parse(fs.readFileSync('${ASKED}', 'utf8'));
for (const { name, given } of calls) {
  let result = null;
  try {
    const value = (name === '' ? subject : subject[name])(...JSON.parse('[' + given + ']'));
    const text = JSON.stringify(value);
    if (text !== undefined && text.length <= 300 && util.isDeepStrictEqual(JSON.parse(text), value)) result = text;
  } catch {}
  fs.appendFileSync('${GIVEN}', JSON.stringify(result) + '\\n');
}
`;

const COMMONJS: Caller = {
  recording: (path, text, check) => ({
    files: {
      [path]: `${text}
;const require_util = require('node:util');
const require_fs = require('node:fs');
${RECORD}
{
  const own = module.exports;
  const wrap = (name, f) => function (...given) { return __record(name, f, this, given); };
  if (typeof own === 'function') module.exports = Object.assign(wrap('', own), own);
  else for (const [name, f] of Object.entries(own)) if (typeof f === 'function') own[name] = wrap(name, f);
}
`,
    },
    command: check,
  }),
  replaying: (path) => ({
    files: {
      '.replayer.cjs': `const fs = require('node:fs');\nconst util = require('node:util');\nconst subject = require('./${path}');\n${REPLAY}`,
    },
    command: 'node .replayer.cjs',
  }),
  testFile: (path, name, expected) => ({
    [`test/${name}.test.js`]: [
      `const test = require('node:test');`,
      `const assert = require('node:assert');`,
      `const subject = require('../${path}');`,
      '',
      `const plain = (value) => JSON.parse(JSON.stringify(value));`,
      '',
      ...expected.map(
        ({ name: called, given, result }, index) =>
          `test('${name} ${index + 1}', () => assert.deepStrictEqual(plain(subject${called === '' ? '' : `.${called}`}(${given})), ${result}));`,
      ),
      '',
    ].join('\n'),
  }),
};

const EXPORTED = /^export function (\w+)(?=[(<])/gm;

const MODULES: Caller = {
  recording(path, text, check) {
    const names = [...text.matchAll(EXPORTED)].map(([, name]) => name!);
    const wrapped = names.map(
      (name) =>
        `export function ${name}(...given) { return __record('${name}', __own_${name}, undefined, given); }`,
    );
    return {
      files: {
        [path]: [
          `import * as require_util from 'node:util';`,
          `import * as require_fs from 'node:fs';`,
          text.replaceAll(EXPORTED, 'function __own_$1'),
          ...wrapped,
          RECORD,
        ].join('\n'),
      },
      command: check,
    };
  },
  replaying: (path) => ({
    files: {
      '.replayer.mjs': `import fs from 'node:fs';\nimport util from 'node:util';\nimport * as subject from './${path}';\n${REPLAY}`,
    },
    command: 'node .replayer.mjs',
  }),
  testFile(path, name, expected) {
    const ending = path.slice(path.lastIndexOf('.'));
    const names = [...new Set(expected.map((each) => each.name))].sort();
    return {
      [`test/${name}.test${ending}`]: [
        `import assert from 'node:assert/strict';`,
        `import { test } from 'node:test';`,
        `import { ${names.join(', ')} } from '../${path}';`,
        '',
        ...expected.map(
          ({ name: called, given, result }, index) =>
            `test('${name} ${index + 1}', () => assert.deepEqual(${called}(${given}), ${result}));`,
        ),
        '',
      ].join('\n'),
    };
  },
};
