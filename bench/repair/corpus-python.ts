import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { namedNodes, parse } from '@heddle/code';
import type { Definition, Subject } from './corpus.ts';

/** Modules of the standard library that are Python all through, need no network and test within seconds. */
const MODULES = [
  'textwrap',
  'shlex',
  'fnmatch',
  'statistics',
  'colorsys',
  'string',
  'configparser',
  'calendar',
  'fractions',
  'quopri',
  'netrc',
  'graphlib',
  'reprlib',
  'getopt',
  'ipaddress',
  'sched',
  'pprint',
  'difflib',
  'cmd',
  'optparse',
  'genericpath',
  'base64',
  'copy',
  'heapq',
  'bisect',
  'mimetypes',
];

/**
 * Each copied under another name, because `unittest` itself imports some of them; the test file's imports are changed
 * accordingly, and nothing else of it.
 */
export async function pythonSubjects(missing: string[]): Promise<Subject[]> {
  let library: string;
  try {
    library = execFileSync('python3', ['-c', 'import os, test; print(os.path.dirname(test.__file__))'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    missing.push("Python's own tests (Debian: libpython3-testsuite)");
    return [];
  }
  const subjects: Subject[] = [];
  for (const name of MODULES) {
    const source = join(dirname(library), `${name}.py`);
    const test = join(library, `test_${name}.py`);
    if (!existsSync(source) || !existsSync(test)) missing.push(`Python's ${name}`);
    else subjects.push(await subjectOf(name, readFileSync(source, 'utf8'), readFileSync(test, 'utf8')));
  }
  return subjects;
}

async function subjectOf(name: string, source: string, original: string): Promise<Subject> {
  const path = `tests/test_${name}.py`;
  const text = original
    .replaceAll(new RegExp(`^(\\s*)import ${name}$`, 'gm'), `$1from subject import ${name}`)
    .replaceAll(new RegExp(`^(\\s*)import ${name} as (\\w+)$`, 'gm'), `$1from subject import ${name} as $2`)
    .replaceAll(new RegExp(`^(\\s*)from ${name} import`, 'gm'), `$1from subject.${name} import`)
    // The variant in Python, not the one in C.
    .replaceAll(`import_fresh_module('${name}'`, `import_fresh_module('subject.${name}'`)
    .replaceAll(/^(\s*)from test\.test_\w+ import .*$/gm, '$1pass');
  return {
    id: `python/${name}`,
    language: 'python',
    framework: 'unittest',
    files: {
      'subject/__init__.py': '',
      [`subject/${name}.py`]: source,
      'tests/__init__.py': '',
      [path]: text,
    },
    sources: [`subject/${name}.py`],
    check: `python3 -m unittest tests.test_${name}`,
    tests: await pythonTests(path, text),
  };
}

/** Test methods, with their decorators. */
export async function pythonTests(path: string, text: string): Promise<Definition[]> {
  using tree = await parse('python', text);
  const found: Definition[] = [];
  for (const node of namedNodes(tree.root)) {
    const inClass = node.parent?.type === 'block' && node.parent.parent?.type === 'class_definition';
    const method = node.type === 'decorated_definition' ? node.childForFieldName('definition') : node;
    const name = method?.type === 'function_definition' ? method.childForFieldName('name')!.text : '';
    if (!inClass || !name.startsWith('test')) continue;
    const instead = `_held_out_${found.length} = None`;
    found.push({ path, name, start: node.startIndex, end: node.endIndex, instead });
  }
  return found;
}
