import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspace } from '@heddle/workspace';
import { expect, test } from 'vitest';
import { TypeCheck } from '../../src/tools/attempt/types.ts';
import { repository } from '../support.ts';

const INSTALLED = join(import.meta.dirname, '../../../../node_modules');

/** A repository with this project's own TypeScript in `node_modules`. */
async function typed(files: Record<string, string>) {
  const repo = repository({ '.gitignore': 'node_modules\n', ...files });
  mkdirSync(join(repo, 'node_modules/.bin'), { recursive: true });
  for (const name of ['typescript', '@typescript']) {
    cpSync(join(INSTALLED, name), join(repo, 'node_modules', name), { recursive: true });
  }
  symlinkSync('../typescript/bin/tsc', join(repo, 'node_modules/.bin/tsc'));
  return openWorkspace({ repo, home: join(repo, '..', 'home'), id: 'types' });
}

const PRICE = `import { rate } from './rate.js';

export function total(net: number, label: string): number {
  const tax: number = net * rate;
  return net - tax;
}

export const broken: string = 1;
`;
const FILES = {
  'tsconfig.json': '{"compilerOptions":{"strict":true,"module":"nodenext","types":[]},"include":["src"]}',
  'src/price.ts': PRICE,
  'src/rate.ts': 'export const rate = 0.19;\n',
  'src/globals.d.ts': 'declare const currency: string;\n',
};
const edit = (put: string, old = 'net - tax', path = 'src/price.ts') => ({
  edits: [{ path, old, new: put }],
});
const CANDIDATES = [
  edit('net + tax'),
  edit('net + label'),
  edit('currency.length'),
  edit('net + taxx'),
  edit('Math.max(net, tax)'),
  edit("'1'", '0.19', 'src/rate.ts'),
  edit('not there', 'no such text'),
  edit('net'),
];

test('candidates with new type errors are named; errors that were there before are not theirs', async () => {
  const { workspace } = await typed(FILES);
  try {
    const options = { fork: () => workspace.fork(), signal: new AbortController().signal, runSeconds: 5 };
    const errors = await new TypeCheck().errors(CANDIDATES, options);
    expect([...errors].map(([index, text]) => [index, text.split(':')[0]])).toEqual([
      [1, 'TS2322'],
      [3, 'TS2552'],
    ]);
    expect((await workspace.files.list('src')).toSorted()).toEqual(['globals.d.ts', 'price.ts', 'rate.ts']);
  } finally {
    await workspace.dispose();
  }
});

test('paths that lead elsewhere are left to the trial', async () => {
  const { workspace } = await typed(FILES);
  try {
    const options = { fork: () => workspace.fork(), signal: new AbortController().signal, runSeconds: 5 };
    const odd = ['/etc/a.ts', '../a.ts', './../a.ts'].flatMap((path) => Array(4).fill(edit('x', 'y', path)));
    expect((await new TypeCheck().errors(odd, options)).size).toBe(0);
  } finally {
    await workspace.dispose();
  }
});

test.each([
  ['quick runs are not waited for', FILES, 0.01],
  ['no tsconfig.json', { 'src/price.ts': PRICE }, 5],
])('nothing is checked: %s', async (_, files, runSeconds) => {
  const { workspace } = await typed(files);
  try {
    const options = { fork: () => workspace.fork(), signal: new AbortController().signal, runSeconds };
    expect((await new TypeCheck().errors(CANDIDATES, options)).size).toBe(0);
  } finally {
    await workspace.dispose();
  }
});
