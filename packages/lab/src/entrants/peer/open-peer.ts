import { nearestName, OperatorError } from '@heddle/core';
import type { Entrant } from '../../entrant.ts';
import { READY_MADE } from '../acp/ready-made.ts';
import { checkSettings, type EntrantSpec } from '../spec.ts';
import { type PeerEntry, readPeerEntry } from './peer-entry.ts';
import { findProgram } from './program.ts';

/** Entries of the configuration by name, as they were written. */
export type ConfiguredEntrants = Readonly<Record<string, unknown>>;

/**
 * The foreign program that `acp:NAME` or `command:NAME` names: from the configuration, else a ready-made one.
 * Throws OperatorError `no-such-entrant`, `bad-entrant`, `no-such-program`.
 */
export async function openPeer(spec: EntrantSpec, configured: ConfiguredEntrants = {}): Promise<Entrant> {
  checkSettings(spec, ['model']);
  const [protocol, ...rest] = spec.word.split(':');
  const name = rest.join(':');
  const { model } = spec.settings;
  if (Object.hasOwn(configured, name)) {
    const read = readPeerEntry(name, configured[name]);
    if (read.protocol !== protocol) throw otherProtocol(name, read);
    return open(spec.name, withModel(read, model));
  }
  const ready = protocol === 'acp' && Object.hasOwn(READY_MADE, name) ? READY_MADE[name]! : null;
  if (ready === null) throw noSuchEntrant(spec.word, configured);
  const { acpEntrant } = await import('../acp/entrant.ts');
  return acpEntrant(spec.name, ready.entry(model), `install it: ${ready.install}`);
}

async function open(name: string, { protocol, entry }: PeerEntry): Promise<Entrant> {
  if (protocol === 'acp') return (await import('../acp/entrant.ts')).acpEntrant(name, entry);
  return (await import('../command/entrant.ts')).commandEntrant(name, entry);
}

function withModel(read: PeerEntry, model: string | undefined): PeerEntry {
  if (model === undefined) return read;
  return read.protocol === 'acp'
    ? { protocol: 'acp', entry: { ...read.entry, model } }
    : { protocol: 'command', entry: { ...read.entry, model } };
}

/** What `heddle agents` tells of one. */
export interface ListedPeer {
  /** As `--agent` takes it. */
  readonly name: string;
  readonly from: 'ready-made' | 'configuration';
  /** What is run. */
  readonly command: string;
  /** Whether its program is here; null: a shell's text, nobody knows. */
  readonly here: boolean | null;
  /** How it is had; null where it is not known, or it is there. */
  readonly install: string | null;
}

/** All foreign programs that `--agent` can name. Throws OperatorError `bad-entrant`. */
export function listPeers(configured: ConfiguredEntrants = {}): ListedPeer[] {
  const own = Object.entries(configured).map(([name, value]): ListedPeer => {
    const { protocol, entry } = readPeerEntry(name, value);
    const { command } = entry;
    const here = typeof command === 'string' ? null : findProgram(command[0]!) !== null;
    const shown = typeof command === 'string' ? command : command.join(' ');
    return { name: `${protocol}:${name}`, from: 'configuration', command: shown, here, install: null };
  });
  const ready = Object.entries(READY_MADE)
    .filter(([name]) => !Object.hasOwn(configured, name))
    .map(([name, { entry, install }]): ListedPeer => {
      const { command } = entry(undefined);
      const here = findProgram(command[0]!) !== null;
      return {
        ...{ name: `acp:${name}`, from: 'ready-made', command: command.join(' '), here },
        install: here ? null : install,
      };
    });
  return [...ready, ...own];
}

function otherProtocol(name: string, { protocol }: PeerEntry): OperatorError {
  return new OperatorError('no-such-entrant', `the entrant ${name} is no such program`, {
    hint: `say --agent ${protocol}:${name}`,
  });
}

function noSuchEntrant(word: string, configured: ConfiguredEntrants): OperatorError {
  const all = listPeers(configured).map(({ name }) => name);
  const near = nearestName(word, all);
  return new OperatorError('no-such-entrant', `there is no agent ${word}`, {
    hint:
      near === null
        ? `there are ${all.join(', ')}; others go under "entrants" in the configuration (docs/rivals.md)`
        : `do you mean ${near}?`,
  });
}
