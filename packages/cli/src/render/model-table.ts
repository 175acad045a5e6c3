import type { ListedModel } from '@heddle/models';
import type { Terminal } from '../terminal.ts';
import { table } from './table.ts';
import { money } from './text.ts';

/** What `heddle models` shows; prices are dollars per million tokens. */
export function modelTable(models: readonly ListedModel[], { columns, palette }: Terminal): string {
  return table(
    [
      { title: '' },
      { title: 'MODEL' },
      { title: 'IN $/M', align: 'right' },
      { title: 'OUT $/M', align: 'right' },
      { title: 'CONTEXT', align: 'right' },
      { title: 'WHY' },
    ],
    models.map(({ spec, usable, isDefault, why, price, contextTokens }) => [
      isDefault ? palette.green('*') : '',
      usable ? palette.bold(spec) : palette.dim(spec),
      price === null ? '' : price.input === 0 ? 'free' : money(price.input),
      price === null || price.input === 0 ? '' : money(price.output),
      contextTokens === null ? '' : `${Math.round(contextTokens / 1000)}k`,
      isDefault ? `default: ${why}` : why,
    ]),
    columns,
  );
}
