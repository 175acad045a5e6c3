import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Definition, Subject } from './corpus.ts';
import { testCalls } from './test-calls.ts';

/** Packages in this project's own tree that publish their tests, written for tape; with the sources that count. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  minimist: ['index.js'],
  'text-table': ['index.js'],
  camelize: ['index.js'],
  'fast-json-stable-stringify': ['index.js'],
  wordwrap: ['index.js'],
  'fast-uri': ['index.js', 'lib/utils.js', 'lib/schemes.js'],
};

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));

export async function nodeSubjects(missing: string[]): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const [name, sources] of Object.entries(PACKAGES)) {
    const folder = join(MODULES, name);
    if (!existsSync(join(folder, 'test'))) missing.push(`${name} (not installed with its tests)`);
    else subjects.push(await subjectOf(name, sources, folder));
  }
  return subjects;
}

async function subjectOf(name: string, sources: readonly string[], folder: string): Promise<Subject> {
  const files: Record<string, string> = { 'package.json': '{ "type": "commonjs" }\n', 'test/tape.js': TAPE };
  for (const path of sources) files[path] = readFileSync(join(folder, path), 'utf8');
  const tests: Definition[] = [];
  for (const entry of readdirSync(join(folder, 'test')).sort()) {
    if (!entry.endsWith('.js')) continue;
    const text = readFileSync(join(folder, 'test', entry), 'utf8');
    // Tests that need packages or files beside them are left out.
    const needed = [...text.matchAll(/require\(['"]([^'"]+)['"]\)/g)].map(([, wanted]) => wanted!);
    if (
      !needed.every((wanted) => wanted === 'tape' || /^\.\.(?:\/|$)/.test(wanted)) ||
      /__dirname/.test(text)
    )
      continue;
    const path = `test/${entry.replace(/(?:\.test)?\.js$/, '.test.js')}`;
    files[path] = text.replaceAll(/require\((['"])tape\1\)/g, "require('./tape.js')");
    tests.push(...(await testCalls('javascript', path, files[path])));
  }
  return {
    id: `npm/${name}`,
    language: 'javascript',
    framework: 'node:test',
    files,
    sources,
    check: 'node --test',
    tests,
  };
}

/** As much of tape as these packages use, over Node's own runner: the cases need nothing installed. */
const TAPE = `'use strict';
const assert = require('assert');
const nodeTest = require('node:test');

function run(name, options, body) {
  const fn = typeof options === 'function' ? options : body;
  nodeTest(name, () => new Promise((resolve, reject) => {
    let planned = null;
    let count = 0;
    const pending = [];
    const counted = (check) => (...given) => {
      count += 1;
      try { check(...given); } catch (error) { reject(error); }
      if (planned !== null && count >= planned) Promise.all(pending).then(resolve, reject);
    };
    const t = {
      plan(n) { planned = n; if (n === 0) resolve(); },
      end() { Promise.all(pending).then(resolve, reject); },
      comment() {},
      pass: counted(() => {}),
      fail: counted((message) => assert.fail(message)),
      ok: counted((value, message) => assert.ok(value, message)),
      notOk: counted((value, message) => assert.ok(!value, message)),
      equal: counted((a, b, message) => assert.strictEqual(a, b, message)),
      notEqual: counted((a, b, message) => assert.notStrictEqual(a, b, message)),
      deepEqual: counted((a, b, message) => assert.deepStrictEqual(plain(a), plain(b), message)),
      notDeepEqual: counted((a, b, message) => assert.notDeepStrictEqual(plain(a), plain(b), message)),
      throws: counted((f, expected) => (expected && typeof expected !== 'string' ? assert.throws(f, expected) : assert.throws(f))),
      match: counted((text, pattern, message) => assert.match(text, pattern, message)),
      doesNotMatch: counted((text, pattern, message) => assert.doesNotMatch(text, pattern, message)),
      doesNotThrow: counted((f) => assert.doesNotThrow(f)),
      test(inner, f) { pending.push(new Promise((done, failed) => sub(inner, f, done, failed))); },
    };
    const sub = (inner, f, done, failed) => {
      try {
        f({ ...t, plan() {}, end: done, test: t.test });
        setImmediate(done);
      } catch (error) { failed(error); }
    };
    Object.assign(t, { same: t.deepEqual, equals: t.equal, is: t.equal, strictEqual: t.equal, deepEquals: t.deepEqual, true: t.ok, false: t.notOk, assert: t.ok, not: t.notEqual, notSame: t.notDeepEqual });
    try {
      const result = fn(t);
      if (result && typeof result.then === 'function') result.then(resolve, reject);
      else if (planned === null) setImmediate(() => setImmediate(t.end));
    } catch (error) { reject(error); }
  }));
}

// tape compares objects by their own keys, whatever made them.
function plain(value) {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key])]));
}

module.exports = run;
module.exports.test = run;
`;
