import { type VersionTree, versionOf } from '@heddle/core';
import type { Entrant } from '../../entrant.ts';
import { attemptPeer, type Peer } from '../peer/attempt.ts';
import type { AcpEntry } from '../peer/peer-entry.ts';
import { programOf } from '../peer/program.ts';
import { driveAcp } from './drive.ts';
import { ACP_PROMPTS } from './session.ts';

/** Seconds of silence after which a program that tells of each step is taken to hang: a build or a long test run fits. */
const SILENCE = 900;

/**
 * A program that speaks the Agent Client Protocol (version 1, agentclientprotocol.com), run in a box of its own and driven
 * as an editor would: here is a folder, here is the task. `install` says how its program is had.
 * Throws OperatorError `no-such-program`.
 */
export function acpEntrant(name: string, entry: AcpEntry, install?: string): Entrant {
  const program = () => programOf(entry.command[0]!, install);
  const tree = treeOf(name, entry, program().release);
  const peer: Peer = {
    ...{ name, entry, tree, program },
    model: entry.model ?? null,
    silence: SILENCE,
    drive: (run) => driveAcp(entry, run),
  };
  return {
    ...{ name, kind: 'acp', version: tree.digest, model: peer.model },
    attempt: (job, context) => attemptPeer(peer, job, context),
  };
}

function treeOf(name: string, entry: AcpEntry, release: string): VersionTree {
  // Where a program lies on this machine says nothing about what it is.
  const command = entry.command.map((word) => word.split('/').at(-1)!);
  return versionOf({ name, kind: 'agent', prompts: ACP_PROMPTS, config: { ...entry, command, release } });
}
