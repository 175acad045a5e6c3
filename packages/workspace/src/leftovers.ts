import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processMark } from '@heddle/core';
import { removeTree } from './remove-tree.ts';
import { readOr } from './repository/discover.ts';

/** Forks (`<id>.<hex>`), their bases (`<id>.base.<hex>`) and replays: nobody resumes them. */
const PASSING = /^replay-|\.[0-9a-f]{8}$/;

/** Where process numbers of an owner mean nothing here (another container, before a restart), its age decides. */
const FOREIGN_KEPT_MS = 7 * 24 * 3_600_000;

const OWNER_FILE = 'owner';
/** Number of the process, its mark, and the set of numbers it is in. */
const OWNER = /^(\d+) (\S*) (.+)$/;

/** Says in a working copy's folder which process it belongs to. */
export function ownFolder(top: string): void {
  writeFileSync(join(top, OWNER_FILE), ownerLine());
}

/** This process, in one line. */
export function ownerLine(): string {
  const { pid, mark } = processMark();
  return `${pid} ${mark} ${processSpace()}`;
}

/** Whether the process of an {@link ownerLine} has certainly ended. */
export function hasEnded(line: string): boolean {
  const owner = parsed(line);
  return owner?.space === processSpace() && !isAlive(owner);
}

/**
 * Removes the copies of forks, their bases and replays below Heddle's home whose process ended without removing them,
 * and of those rollouts that `finished` names: a process can die between a rollout's last event and the end of its copy.
 * Never one whose process lives, or may live. Returns their names.
 */
export function sweepLeftovers(home: string, finished: (rollout: string) => boolean = () => false): string[] {
  const work = join(home, 'work');
  if (!existsSync(work)) return [];
  const left = readdirSync(work).filter(
    (name) => isLeft(join(work, name)) && (PASSING.test(name) || finished(name)),
  );
  for (const name of left) removeTree(join(work, name));
  return left;
}

function isLeft(top: string): boolean {
  const stat = statSync(top, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return false;
  const owner = ownerOf(top);
  if (owner?.space === processSpace()) return !isAlive(owner);
  return Date.now() - stat.mtimeMs > FOREIGN_KEPT_MS;
}

/** Null: it is being made right now, or an older version made it. */
function ownerOf(top: string): { pid: number; mark: string; space: string } | null {
  return parsed(readOr(join(top, OWNER_FILE), ''));
}

function parsed(line: string): { pid: number; mark: string; space: string } | null {
  const [, pid, mark = '', space = ''] = OWNER.exec(line) ?? [];
  return pid === undefined ? null : { pid: Number(pid), mark, space };
}

/** Names the set of process numbers this process is in. */
function processSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return 'unknown';
  }
}
