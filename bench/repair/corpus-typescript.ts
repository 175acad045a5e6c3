import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Definition, Subject } from './corpus.ts';
import { testCalls } from './test-calls.ts';

/** Modules of this project that need nothing but themselves: npm's packages publish no TypeScript. */
const MODULES: Readonly<Record<string, { readonly source: string; readonly test: string }>> = {
  frames: { source: 'packages/code/src/frames', test: 'packages/code/test/frames.test.ts' },
  'edit-text': {
    source: 'packages/agent/src/tools/edit-text.ts',
    test: 'packages/agent/test/tools/edit-text.test.ts',
  },
};

/** Tests that lean on more than plain expectations are left out. */
const TOO_MUCH = /\bfc\.|InlineSnapshot/;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export async function typescriptSubjects(missing: string[]): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const [name, { source, test }] of Object.entries(MODULES)) {
    if (!existsSync(join(ROOT, source)) || !existsSync(join(ROOT, test))) missing.push(`own ${name}`);
    else subjects.push(await subjectOf(name, source, test));
  }
  return subjects;
}

async function subjectOf(name: string, source: string, test: string): Promise<Subject> {
  const files: Record<string, string> = {
    'package.json': '{ "type": "module" }\n',
    'test/vitest.ts': VITEST,
  };
  const single = source.endsWith('.ts');
  const folder = single ? 'src' : `src/${name}`;
  const entries = single ? [''] : readdirSync(join(ROOT, source));
  const sources = entries.map((entry) => {
    const path = `${folder}/${basename(entry || source)}`;
    files[path] = readFileSync(join(ROOT, source, entry), 'utf8');
    return path;
  });
  const path = `test/${basename(test)}`;
  let text = readFileSync(join(ROOT, test), 'utf8')
    .replace("from 'vitest'", "from './vitest.ts'")
    .replace(/^import fc .*\n/m, '')
    .replaceAll(/(from ')(?:\.\.\/)+src\/([^']+)(')/g, (_, before, module: string, after) =>
      [before, single ? `../src/${basename(module)}` : `../src/${module}`, after].join(''),
    );
  const isPlain = ({ start, end }: Definition) => !TOO_MUCH.test(text.slice(start, end));
  for (let given = await testCalls('typescript', path, text); !given.every(isPlain); ) {
    const { start, end } = given.find((each) => !isPlain(each))!;
    text = text.slice(0, start) + text.slice(end);
    given = await testCalls('typescript', path, text);
  }
  files[path] = text;
  return {
    id: `own/${name}`,
    language: 'typescript',
    framework: 'node:test',
    files,
    sources,
    check: 'node --test test/*.test.ts',
    tests: await testCalls('typescript', path, text),
  };
}

/** As much of vitest as these tests use, over Node's own runner. */
const VITEST = `import assert from 'node:assert/strict';

export { describe, it, test } from 'node:test';

export function expect(actual: any) {
  return {
    toBe: (expected: unknown) => assert.ok(Object.is(actual, expected), \`\${actual} is not \${expected}\`),
    toEqual: (expected: unknown) => assert.deepEqual(actual, expected),
    toContain: (part: unknown) => assert.ok(actual.includes(part), \`\${actual} lacks \${part}\`),
    toHaveLength: (length: number) => assert.equal(actual.length, length),
  };
}
`;
