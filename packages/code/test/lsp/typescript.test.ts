import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemLine, problemsOf } from '../../src/lsp/problems.ts';
import { applyEdits } from '../../src/lsp/text-edits.ts';
import { NO_TYPESCRIPT, serversIn } from './support.ts';

const FILES = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', noEmit: true, allowImportingTsExtensions: true },
  }),
  'package.json': '{"type":"module"}',
  'shapes.ts': [
    'export interface Shape { area(): number }',
    'export class Circle implements Shape {',
    '  constructor(readonly r: number) {}',
    '  area(): number { return 3 * this.r; }',
    '}',
    'export function total(shapes: Shape[]): number {',
    '  return shapes.reduce((sum, each) => sum + each.area(), 0);',
    '}',
    '',
  ].join('\n'),
  'use.ts':
    "import { Circle, total } from './shapes.ts';\nexport const sum: number = total([new Circle(1)]);\n",
};
const LIMIT = { timeoutMs: 20_000 };

describe.skipIf(NO_TYPESCRIPT)(
  `TypeScript 7 as a language server${NO_TYPESCRIPT ? ' (skipped: not installed)' : ''}`,
  () => {
    it('finds definitions, references, implementations and types', async () => {
      const { servers } = serversIn(FILES);
      const client = await servers.clientFor('use.ts');
      const at = { line: 1, character: 27 };
      const [definition] = await client.definition('use.ts', at, LIMIT);
      expect(client.pathOf(definition!.uri)).toBe('shapes.ts');
      expect(definition!.range.start.line).toBe(5);
      const references = await client.references('use.ts', at, LIMIT);
      expect(
        references.map(({ uri, range }) => `${client.pathOf(uri)}:${range.start.line + 1}`).sort(),
      ).toEqual(['shapes.ts:6', 'use.ts:1', 'use.ts:2']);
      const shape = { line: 0, character: 17 };
      const [circle] = await client.implementations('shapes.ts', shape, LIMIT);
      expect(circle!.range.start.line).toBe(1);
      expect(await client.hover('use.ts', at, LIMIT)).toContain('total(shapes: Shape[]): number');
    });

    it('renames over files', async () => {
      const { servers } = serversIn(FILES);
      const client = await servers.clientFor('shapes.ts');
      const edits = await client.rename('shapes.ts', { line: 5, character: 16 }, 'sumOf', LIMIT);
      const renamed = Object.fromEntries(
        [...edits!].map(([uri, list]) => {
          const path = client.pathOf(uri)! as 'use.ts' | 'shapes.ts';
          return [path, applyEdits(FILES[path], list)];
        }),
      );
      expect(renamed).toEqual({
        'shapes.ts': FILES['shapes.ts'].replace('total', 'sumOf'),
        'use.ts': FILES['use.ts'].replaceAll('total', 'sumOf'),
      });
    });

    it('sees changes of open files and of others, and offers fixes', async () => {
      const { servers, root } = serversIn(FILES);
      const client = await servers.clientFor('use.ts');
      const problems = async (path: string) =>
        problemsOf(path, await client.diagnostics(path, LIMIT)).map(problemLine);
      expect(await problems('use.ts')).toEqual([]);
      writeFileSync(join(root, 'shapes.ts'), FILES['shapes.ts'].replace('r: number', 'r: string'));
      await servers.changed([{ path: 'shapes.ts', status: 'modified' }]);
      expect(await problems('use.ts')).toEqual([
        "use.ts:2 error TS2345: Argument of type 'number' is not assignable to parameter of type 'string'.",
      ]);
      writeFileSync(join(root, 'new.ts'), 'export const shape: Shape | null = null;\n');
      await servers.changed([{ path: 'new.ts', status: 'added' }]);
      expect(await problems('new.ts')).toEqual(["new.ts:1 error TS2304: Cannot find name 'Shape'."]);
      const [unknown] = await client.diagnostics('new.ts', LIMIT);
      const fixes = await client.fixes('new.ts', unknown!, LIMIT);
      expect(fixes.map(({ title }) => title)).toContain('Add import from "./shapes.ts"');
      const [edits] = [...fixes[0]!.edits.values()];
      expect(applyEdits('export const shape: Shape | null = null;\n', edits!)).toContain(
        "import { type Shape } from './shapes.ts'".slice(0, 9),
      );
    });
  },
);
