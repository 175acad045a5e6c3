import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemLine, problemsOf } from '../../src/lsp/problems.ts';
import { NO_PYRIGHT, serversIn } from './support.ts';

const FILES = {
  'shop/price.py': 'def price(amount: int) -> float:\n    return amount * 1.5\n',
  'shop/__init__.py': '',
  'main.py': 'from shop.price import price\n\nprint(price(3))\n',
};
const LIMIT = { timeoutMs: 30_000 };

describe.skipIf(NO_PYRIGHT)(
  `Pyright as a language server${NO_PYRIGHT ? ' (skipped: not installed)' : ''}`,
  () => {
    it('knows files nobody has opened, also for the first question', async () => {
      const { servers } = serversIn(FILES);
      const client = await servers.clientFor('shop/price.py');
      const references = await client.references('shop/price.py', { line: 0, character: 4 }, LIMIT);
      expect(new Set(references.map(({ uri }) => client.pathOf(uri)))).toEqual(
        new Set(['main.py', 'shop/price.py']),
      );
    });

    it('finds definitions and references, renames, and reports what an edit breaks elsewhere', async () => {
      const { servers, root } = serversIn(FILES);
      const client = await servers.clientFor('main.py');
      const at = { line: 2, character: 6 };
      const [definition] = await client.definition('main.py', at, LIMIT);
      expect(client.pathOf(definition!.uri)).toBe('shop/price.py');
      const references = await client.references('shop/price.py', { line: 0, character: 4 }, LIMIT);
      expect(
        references.map(({ uri, range }) => `${client.pathOf(uri)}:${range.start.line + 1}`).sort(),
      ).toEqual(['main.py:1', 'main.py:3', 'shop/price.py:1']);
      const edits = await client.rename('shop/price.py', { line: 0, character: 4 }, 'cost', LIMIT);
      expect([...edits!.keys()].map((uri) => client.pathOf(uri)).sort()).toEqual([
        'main.py',
        'shop/price.py',
      ]);

      const problems = async () =>
        problemsOf('main.py', await client.diagnostics('main.py', LIMIT)).map(problemLine);
      expect(await problems()).toEqual([]);
      writeFileSync(join(root, 'shop/price.py'), FILES['shop/price.py'].replace('int', 'str'));
      await servers.changed([{ path: 'shop/price.py', status: 'modified' }]);
      expect((await problems())[0]).toMatch(/^main\.py:3 error reportArgumentType: Argument of type/);
    });
  },
);
