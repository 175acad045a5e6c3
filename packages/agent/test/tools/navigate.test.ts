import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { scriptedModel } from '@heddle/models';
import { probeSandboxes } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { solve } from '../../src/solve.ts';
import { call, FINISH, repository, runtime } from '../support.ts';
import { codeTools } from './code-tools.ts';

const SHOP = {
  'package.json': '{"name":"shop","type":"module"}',
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', noEmit: true, allowImportingTsExtensions: true },
  }),
  'src/cart.ts': [
    '/** What costs something. */',
    'export interface Priced { price(): number }',
    '',
    'export class Item implements Priced {',
    '  constructor(private readonly cents: number) {}',
    '  price(): number { return this.cents; }',
    '}',
    '',
    'export function totalPrice(items: Priced[]): number {',
    '  return items.reduce((sum, item) => sum + item.price(), 0);',
    '}',
    '',
  ].join('\n'),
  'src/report.ts': [
    "import { Item, totalPrice } from './cart.ts';",
    '',
    "export const report = (): string => totalPrice([new Item(3)]) + ' cents';",
    '',
  ].join('\n'),
};

/** No language server knows Ruby here. */
const RUBY = {
  'lib/cart.rb': 'class Cart < Base\n  def total\n    1\n  end\nend\n',
  'lib/other.rb': 'class Other\n  def total\n    2\n  end\nend\n',
  'bin/main.rb': "require 'cart'\n# total of it\nputs Cart.new.total\n",
};

describe('navigate with a language server', () => {
  it('goes from a use to its definition, and lists all uses', async () => {
    const { navigate } = await codeTools(SHOP);
    expect(await navigate({ command: 'definition', name: 'totalPrice' })).toBe(
      [
        'src/cart.ts:9-11 function totalPrice',
        '     9\texport function totalPrice(items: Priced[]): number {',
        '    10\t  return items.reduce((sum, item) => sum + item.price(), 0);',
        '    11\t}',
      ].join('\n'),
    );
    const use = { name: 'Item', path: 'src/report.ts', line: 3 };
    expect(await navigate({ command: 'definition', ...use })).toContain('src/cart.ts:4-7 class Item');
    expect(await navigate({ command: 'references', ...use })).toBe(
      [
        'Item: 3 references in 2 files, definitions included',
        'src/cart.ts',
        '  4: export class Item implements Priced',
        'src/report.ts',
        "  1: import { Item, totalPrice } from './cart.ts';",
        "  3: export const report = (): string => totalPrice([new Item(3)]) + ' cents';",
      ].join('\n'),
    );
    expect(await navigate({ command: 'implementations', name: 'Priced' })).toBe(
      'src/cart.ts\n  4: export class Item implements Priced',
    );
    expect(await navigate({ command: 'hover', name: 'Priced' })).toContain('What costs something.');
  });

  it('renames in all files, from a use too, and edit takes it back', async () => {
    const { navigate, edit, read } = await codeTools(SHOP);
    const answer = await navigate({
      command: 'rename',
      name: 'totalPrice',
      path: 'src/report.ts',
      to: 'sumOf',
    });
    expect(answer).toContain('Renamed totalPrice to sumOf in 2 files');
    expect(await read('src/cart.ts')).toBe(SHOP['src/cart.ts'].replace('totalPrice', 'sumOf'));
    expect(await read('src/report.ts')).toBe(SHOP['src/report.ts'].replaceAll('totalPrice', 'sumOf'));
    await edit({ command: 'undo', path: 'src/cart.ts' });
    await edit({ command: 'undo', path: 'src/report.ts' });
    expect(await read('src/cart.ts')).toBe(SHOP['src/cart.ts']);
    expect(await read('src/report.ts')).toBe(SHOP['src/report.ts']);
  });

  it('refuses a name that means two things in its line', async () => {
    const { navigate, read } = await codeTools({
      ...SHOP,
      'src/two.ts':
        "import { Item } from './cart.ts';\nconst price = 1;\nconsole.log(new Item(price).price());\n",
    });
    const rename = { command: 'rename', name: 'price', path: 'src/two.ts', to: 'cost' } as const;
    await expect(navigate({ ...rename, line: 3 })).rejects.toThrow(
      'price means 2 things in line 3 of src/two.ts, defined at src/two.ts:2 and src/cart.ts:6. Give path and line of the definition you mean.',
    );
    await navigate({ ...rename, line: 2 });
    expect(await read('src/two.ts')).toContain('const cost = 1;\nconsole.log(new Item(cost).price());');
  });

  it('lists problems of changed files, names fixes and makes one', async () => {
    const { navigate, workspace, read } = await codeTools(SHOP);
    expect(await navigate({ command: 'diagnostics' })).toContain(
      'No file with a language server was changed yet',
    );
    expect(await navigate({ command: 'diagnostics', path: 'src/cart.ts' })).toBe(
      'No problems in src/cart.ts.',
    );
    await workspace.files.write('src/more.ts', 'export const one: Priced | null = null;\n');
    expect(await navigate({ command: 'diagnostics' })).toBe(
      "src/more.ts:1 error TS2304: Cannot find name 'Priced'.",
    );
    const offered = await navigate({ command: 'fixes', path: 'src/more.ts', line: 1 });
    expect(offered).toContain('- Add import from "./cart.ts"');
    await expect(
      navigate({ command: 'fixes', path: 'src/more.ts', line: 1, fix: 'Nonsense' }),
    ).rejects.toThrow('No fix is called "Nonsense" there. Nothing was changed. There are: "Add import from');
    await navigate({ command: 'fixes', path: 'src/more.ts', line: 1, fix: 'Add import from "./cart.ts"' });
    expect(await read('src/more.ts')).toMatch(/^import .*Priced.* from ['"]\.\/cart\.ts['"];/);
    expect(await navigate({ command: 'diagnostics' })).toBe('No problems in 1 changed files.');
  });

  it('asks which one is meant, and helps with a wrong line', async () => {
    const { navigate } = await codeTools({ ...SHOP, ...RUBY });
    await expect(navigate({ command: 'references', name: 'total' })).rejects.toThrow(
      '2 definitions are called total. Give path and line of the one you mean:\nlib/cart.rb:2-4 method Cart.total\nlib/other.rb:2-4 method Other.total',
    );
    await expect(navigate({ command: 'hover', name: 'nowhere' })).rejects.toThrow(
      'Nothing in the repository defines nowhere.',
    );
    await expect(navigate({ command: 'hover', name: 'Item', path: 'src/cart.ts', line: 11 })).rejects.toThrow(
      'Line 11 of src/cart.ts does not contain Item; lines 4 do.',
    );
    expect(await navigate({ command: 'hover', name: 'Item', path: 'src/cart.ts', line: 6 })).toContain(
      'class Item',
    );
    await expect(navigate({ command: 'hover', name: 'Item', line: 6 })).rejects.toThrow('needs the "path"');
    await expect(navigate({ command: 'outline' })).rejects.toThrow('outline needs "path"');
  });
});

describe('navigate without a language server', () => {
  it('goes by name and says so', async () => {
    const { navigate } = await codeTools(RUBY);
    expect(await navigate({ command: 'references', name: 'Cart.total' })).toBe(
      [
        'total: 3 references in 3 files, definitions included',
        'bin/main.rb',
        '  3: puts Cart.new.total',
        'lib/cart.rb',
        '  2: def total',
        'lib/other.rb',
        '  2: def total',
        '[by name from the syntax trees, so other symbols of the same name may be among them: there is no language server for lib/cart.rb]',
      ].join('\n'),
    );
    expect(await navigate({ command: 'definition', name: 'total', path: 'bin/main.rb', line: 3 })).toContain(
      'lib/cart.rb:2-4 method Cart.total\nlib/other.rb:2-4 method Other.total\n[by name',
    );
    await expect(navigate({ command: 'rename', name: 'Cart', to: 'Basket' })).rejects.toThrow(
      'Nothing was renamed: there is no language server for lib/cart.rb. List the places with references',
    );
    expect(await navigate({ command: 'diagnostics', path: 'lib/cart.rb' })).toContain('was not looked at');
  });

  it('tells of a definition without a server by what is written above it and by its head', async () => {
    const { navigate } = await codeTools({
      'cart.rb': '# What it costs.\n# In cents.\ndef total(\n  items,\n  rate:\n)\n  items.sum * rate\nend\n',
    });
    const said = await navigate({ command: 'hover', name: 'total' });
    expect(said).toContain('# In cents.');
    expect(said).toContain('def total(');
    expect(said).toContain('rate:');
    expect(said).not.toContain('items.sum');
  });

  it('outlines a file, searches names, and draws a map without what git ignores', async () => {
    const files = {
      ...RUBY,
      '.gitignore': 'gen/\n',
      'a.py': 'class Loader:\n    def load_all(self):\n        pass\n',
      'b.py': 'from a import Loader\n\nLoader().load_all()\n',
      'lib.min.js': 'export function loaderOf(){}',
    };
    const { navigate, workspace, heard } = await codeTools(files);
    await workspace.files.write('gen/loader.py', 'class Loader2: pass\n');
    expect(await navigate({ command: 'outline', path: 'a.py' })).toBe(
      '1-3: class Loader:\n2-3:     def load_all(self):',
    );
    expect(await navigate({ command: 'symbols', name: 'load' })).toBe(
      'a.py:2-3 method Loader.load_all\na.py:1-3 class Loader'.split('\n').sort().join('\n'),
    );
    expect(await navigate({ command: 'symbols', name: 'zzz' })).toContain('No definition');
    const map = await navigate({ command: 'map' });
    expect(map).toContain('a.py\n  1: class Loader:\n  2:     def load_all(self):');
    expect(map).not.toContain('Loader2');
    expect(map).toContain('[all ');
    await workspace.files.write('a.py', 'class Loader:\n    pass\n\n\ndef fresh():\n    pass\n');
    expect(await navigate({ command: 'symbols', name: 'fresh' })).toBe('a.py:5-6 function fresh');
    expect(heard).toEqual([]);
  });
});

describe('diagnostics after an edit', () => {
  it('tells new problems only, also those it makes in files seen before, with fixes', async () => {
    const files = { ...SHOP, 'src/old.ts': 'export const wrong: string = 1;\nexport const b = 2;\n' };
    const { edit } = await codeTools(files);
    await edit({ command: 'view', path: 'src/report.ts' });
    const old = await edit({ command: 'replace', path: 'src/old.ts', old: 'b = 2', new: 'b = 3' });
    expect(old).not.toContain('New problems');
    const broken = await edit({
      command: 'replace',
      path: 'src/cart.ts',
      old: 'items: Priced[]',
      new: 'items: Priced[], factor: number',
    });
    expect(broken).toContain(
      'New problems since this edit (1):\nsrc/report.ts:3 error TS2554: Expected 2 arguments, but got 1.',
    );
    const again = await edit({
      command: 'insert',
      path: 'src/report.ts',
      line: -1,
      text: 'export const none: Priced | null = null;',
    });
    expect(again).toContain(
      [
        'New problems since this edit (1):',
        "src/report.ts:4 error TS2304: Cannot find name 'Priced'.",
        'Offered for line 4 of src/report.ts (navigate fixes): "Update import from \\"./cart.ts\\""',
      ].join('\n'),
    );
    const made = await edit({
      command: 'create',
      path: 'src/new.ts',
      text: 'export const n: number = "";\n',
    });
    expect(made).toContain('src/new.ts:1 error TS2322');
  });

  it('also after a patch', async () => {
    const { patch } = await codeTools(SHOP);
    const answer = await patch(
      '*** Begin Patch\n*** Update File: src/cart.ts\n@@\n-  price(): number { return this.cents; }\n+  price(): number { return ""; }\n*** End Patch',
    );
    expect(answer).toContain('New problems since this edit (1):\nsrc/cart.ts:6 error TS2322');
  });

  it('is silent where there is no server', async () => {
    const { edit } = await codeTools(RUBY);
    const answer = await edit({ command: 'replace', path: 'lib/cart.rb', old: '    1', new: '    3' });
    expect(answer).toMatch(/^Changed lib\/cart\.rb/);
    expect(answer).not.toContain('[');
  });
});

const { sandboxes } = await probeSandboxes(tmpdir());

/** A walled box shows programs of the search path only. */
const onPath = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'tsc')));
const NO_SERVER = onPath ? null : 'no tsc on PATH';

describe.each(['bubblewrap', 'namespaces'] as const)('in the sandbox %s', (sandbox) => {
  const refusal = sandboxes.find(({ kind }) => kind === sandbox)?.refusal ?? NO_SERVER;

  it.skipIf(refusal !== null)(
    `the server runs inside, and nothing is left of it${refusal === null ? '' : ` (skipped: ${refusal})`}`,
    async () => {
      const { navigate, workspace, dispose } = await codeTools(SHOP, { sandbox });
      expect(await navigate({ command: 'hover', name: 'totalPrice' })).toContain('items: Priced[]');
      const [server, ...others] = serversAt(workspace.root);
      expect(others).toEqual([]);
      expect(readlinkSync(`/proc/${server}/ns/mnt`)).not.toBe(readlinkSync('/proc/self/ns/mnt'));
      expect(readlinkSync(`/proc/${server}/ns/pid`)).not.toBe(readlinkSync('/proc/self/ns/pid'));
      await dispose();
      expect(serversAt(workspace.root)).toEqual([]);
    },
  );
});

/** Language servers at work in a folder, in this machine's process ids. */
function serversAt(root: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return /lsp.--stdio/s.test(command) && readlinkSync(`/proc/${pid}/cwd`) === root;
    } catch {
      return false; // no process, or it has ended
    }
  });
}

describe('a rollout with navigate', () => {
  it('gives the tool and the problems after edits, and leaves no server', async () => {
    const run = runtime();
    const repo = repository(SHOP);
    const breaking = { command: 'replace', path: 'src/cart.ts', old: 'return this.cents', new: 'return ""' };
    const script = [
      call('edit', { command: 'view', path: 'src/cart.ts' }),
      call('navigate', { command: 'references', name: 'Item' }),
      call('edit', breaking),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    await solve({ task: 'look', repo, model: scriptedModel(script), tools: ['navigate'], checks: [] }, run);
    const ends = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event.content] : []));
    expect(ends[1]).toContain('Item: 3 references in 2 files');
    expect(ends[2]).toContain(
      "src/cart.ts:6 error TS2322: Type 'string' is not assignable to type 'number'.",
    );
    expect(serversAt(repo)).toEqual([]);
    expect(existsSync(join(run.home, 'cache', 'symbols.db'))).toBe(true);
  });
});
