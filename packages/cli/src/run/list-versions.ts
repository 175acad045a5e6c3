import { diffVersions, type Store, type VersionRow } from '@heddle/core';
import type { VersionsChoice } from '../commands/versions.ts';
import { heddleHome, openJournal } from '../home.ts';
import { KINDS, rolloutNamed, treeOfRow } from '../pick-version.ts';
import { changeLine } from '../render/version-summary.ts';
import { versionTable } from '../render/version-table.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle versions`: the newest of each name, the history of one name, or what a rollout ran with. */
export async function listVersions(name: string | undefined, { json }: VersionsChoice): Promise<void> {
  const store = openJournal(heddleHome());
  const look = { ...terminalOf(process.stdout), now: Date.now() };
  const print = (rows: readonly unknown[], text: () => string) =>
    process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : text());
  if (name === undefined) {
    const rows = inOrder(store.versions.list());
    print(rows, () => (rows.length === 0 ? NONE : versionTable(rows.filter(isNewest), look)));
    return;
  }
  const named = inOrder(store.versions.list({ name }));
  if (named.length > 0) {
    const rows = named.map((row, at) => ({ ...row, ...changeOf(store, row, named[at - 1]) }));
    print(rows, () => versionTable(rows, look));
    return;
  }
  const rollout = rolloutNamed(store, name);
  const parts = inOrder(store.versions.list({ rollout }));
  print(parts, () => (parts.length === 0 ? notRecorded(rollout) : versionTable(parts, look)));
}

const NONE = 'No version yet: the first rollout records its own.\n';

function notRecorded(rollout: string): string {
  return `What ${rollout} ran with was not recorded: it is of an older Heddle, or its process died at once.\n`;
}

function inOrder(rows: readonly VersionRow[]): VersionRow[] {
  return [...rows].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function isNewest(row: VersionRow, at: number, all: readonly VersionRow[]): boolean {
  const next = all[at + 1];
  return next?.kind !== row.kind || next.name !== row.name;
}

/** Nothing for the first of its kind. */
function changeOf(store: Store, row: VersionRow, before: VersionRow | undefined): { change?: string } {
  if (before === undefined || before.kind !== row.kind) return {};
  const change = changeLine(diffVersions(treeOfRow(store, before), treeOfRow(store, row)));
  return { change: `since @${before.number}: ${change}` };
}
