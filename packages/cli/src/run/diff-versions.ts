import { firstDifference, readRollout } from '@heddle/agent';
import { diffValues, diffVersions, type Store, type TextChange } from '@heddle/core';
import { textPatch } from '@heddle/lab/text-patch';
import type { DiffChoice } from '../commands/diff.ts';
import { heddleHome, openJournal } from '../home.ts';
import { type PickedVersion, pickVersion } from '../pick-version.ts';
import { type DiffReport, statText, versionDiffText } from '../render/version-diff-text.ts';
import { changeLine, summaryOf } from '../render/version-summary.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle diff`. */
export async function printDiff(givenA: string, givenB: string, options: DiffChoice): Promise<void> {
  const store = openJournal(heddleHome());
  const [a, b] = [pickVersion(store, givenA), pickVersion(store, givenB)];
  const runs = runsOf(store, a, b);
  const diff = diffVersions(a.tree, b.tree);
  const report: DiffReport = {
    a: a.label,
    b: b.label,
    diff,
    summary: [a, b].some(isTree) ? summaryOf(diff) : changeLine(diff),
    ...(runs === null ? {} : { runs }),
    patchOf: (change, prose) => textPatch(store.objects, change, prose),
  };
  if (options.json) {
    process.stdout.write(`${JSON.stringify(jsonOf(a, b, report), null, 2)}\n`);
    return;
  }
  const { palette } = terminalOf(process.stdout);
  process.stdout.write(options.stat ? statText(report, palette) : versionDiffText(report, palette));
}

/** It can have code, prompts and a configuration; a prompt has itself and nothing else. */
function isTree({ row }: PickedVersion): boolean {
  return row === null || (row.kind !== 'prompt' && row.kind !== 'configuration');
}

/** Of two rollouts: what of the run differs, and where they part. Null: not both are rollouts. */
function runsOf(store: Store, a: PickedVersion, b: PickedVersion): NonNullable<DiffReport['runs']> | null {
  if (a.of === undefined || b.of === undefined) return null;
  const [before, after] = [a.of, b.of].map(({ rollout }) => readRollout(store, rollout));
  return { run: diffValues(a.of.run, b.of.run), parts: firstDifference(before!, after!) };
}

function jsonOf(a: PickedVersion, b: PickedVersion, { diff, summary, runs, patchOf }: DiffReport): unknown {
  const side = ({ tree, row, of }: PickedVersion) => ({
    ...(row ?? { kind: tree.kind, name: tree.name, digest: tree.digest, recorded: false }),
    ...(of === undefined ? {} : { rollout: of.rollout }),
  });
  const patched = (changes: readonly TextChange[], prose = false) =>
    changes.map((change) => ({ ...change, ...patchOf(change, prose) }));
  return {
    a: side(a),
    b: side(b),
    summary,
    ...diff,
    prompts: patched(diff.prompts, true),
    files: patched(diff.files),
    data: patched(diff.data),
    ...runs,
  };
}
