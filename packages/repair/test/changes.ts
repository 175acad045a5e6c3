import { expect } from 'vitest';
import { Context } from '../src/context.ts';
import { applyEdit, editOf } from '../src/edit.ts';
import { FAMILIES } from '../src/families.ts';
import type { RepairLanguage } from '../src/languages.ts';
import { parses, readSource } from '../src/source.ts';

/** What one family makes of a snippet: the changed lines of each proposal, likeliest first. */
export async function changes(family: string, language: RepairLanguage, text: string): Promise<string[]> {
  const source = await readSource('file', language, text);
  const context = new Context(source);
  const found: { weight: number; shown: string; text: string }[] = [];
  for (const node of context.nodes) {
    for (const proposal of FAMILIES.find(({ name }) => name === family)!.propose(node, context)) {
      const edit = editOf(source, proposal);
      if (proposal.weight <= 0 || edit.old === edit.new) continue;
      found.push({ weight: proposal.weight, shown: shown(edit.old, edit.new), text: applyEdit(text, edit) });
    }
  }
  for (const { text: changed } of found) expect(await parses(language, changed), changed).toBe(true);
  return [...new Set(found.sort((a, b) => b.weight - a.weight).map((each) => each.shown))];
}

function shown(old: string, put: string): string {
  const [before, after] = [old.split('\n'), put.split('\n')];
  const rest = after.filter((line, index) => line !== before[index]).map((line) => line.trim());
  return rest.length === 1 && before.length === after.length
    ? rest[0]!
    : put
        .split('\n')
        .map((line) => line.trimEnd())
        .join(' ⏎ ');
}
