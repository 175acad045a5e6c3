import { type VersionTree, versionOf } from '@heddle/core';
import type { Entrant } from '../../entrant.ts';
import { attemptPeer, type Peer } from '../peer/attempt.ts';
import type { CommandEntry } from '../peer/peer-entry.ts';
import { type Program, programOf } from '../peer/program.ts';
import { driveCommand } from './drive.ts';

/**
 * Any command line: it is run once in a box of its own, and its work is what it leaves in the files.
 * Throws OperatorError `no-such-program`, of one given as a list of words.
 */
export function commandEntrant(name: string, entry: CommandEntry): Entrant {
  const program = () => programFor(entry);
  const tree = treeOf(name, entry, program());
  const peer: Peer = {
    ...{ name, entry, tree, program },
    model: entry.model ?? null,
    // Many say nothing before their end.
    silence: null,
    drive: (run) => driveCommand(entry, run),
  };
  return {
    ...{ name, kind: 'command', version: tree.digest, model: peer.model },
    attempt: (job, context) => attemptPeer(peer, job, context),
  };
}

/** Of shell text nobody knows which programs it runs: the box has them, or the shell says that it has not. */
function programFor({ command }: CommandEntry): Program | null {
  return typeof command === 'string' ? null : programOf(command[0]!);
}

function treeOf(name: string, entry: CommandEntry, program: Program | null): VersionTree {
  const { command } = entry;
  const words = typeof command === 'string' ? command : command.map((word) => word.split('/').at(-1)!);
  const release = program?.release ?? null;
  return versionOf({ name, kind: 'agent', config: { ...entry, command: words, release } });
}
