import type { Entrant } from '../entrant.ts';
import type { OpenOwnAgent } from './heddle.ts';
import type { ConfiguredEntrants } from './peer/open-peer.ts';
import { checkSettings, type EntrantSpec } from './spec.ts';

/** What a kind of agent is made with. */
export interface EntrantPlace {
  /** Heddle's data folder. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Makes one of Heddle's own agents: the command line knows models, modules and the configuration. */
  readonly openOwn: OpenOwnAgent;
  /** Foreign programs of the configuration (docs/rivals.md), as they were written there. */
  readonly entrants?: ConfiguredEntrants;
}

/** A kind of agent that is named by the word before the first colon of its spec. */
interface EntrantKind {
  /** One line for `--help` and errors. */
  readonly about: string;
  /** Throws OperatorError: a setting that it has not, a program that is not there, a missing key. */
  open(spec: EntrantSpec, place: EntrantPlace): Promise<Entrant>;
}

/** Each is loaded when it is asked for. What no kind is called is one of Heddle's own. */
const ENTRANT_KINDS: Readonly<Record<string, EntrantKind>> = {
  oracle: {
    about: 'hands in the published solution: an instance it does not solve is not sound',
    async open(spec) {
      checkSettings(spec, []);
      return (await import('./fixed.ts')).oracle(spec.name);
    },
  },
  nothing: {
    about: 'hands in nothing: an instance it solves is not sound',
    async open(spec) {
      checkSettings(spec, []);
      return (await import('./fixed.ts')).nothing(spec.name);
    },
  },
  acp: {
    about: 'another agent that speaks the Agent Client Protocol: acp:claude-code, acp:codex…',
    open: async (spec, { entrants }) => (await import('./peer/open-peer.ts')).openPeer(spec, entrants),
  },
  command: {
    about: 'any command line, from the configuration: command:NAME',
    open: async (spec, { entrants }) => (await import('./peer/open-peer.ts')).openPeer(spec, entrants),
  },
};

export async function openEntrant(spec: EntrantSpec, place: EntrantPlace): Promise<Entrant> {
  const [kind] = spec.word.split(':', 1);
  if (Object.hasOwn(ENTRANT_KINDS, kind!)) return ENTRANT_KINDS[kind!]!.open(spec, place);
  const { heddleEntrant } = await import('./heddle.ts');
  return heddleEntrant(spec, await place.openOwn(spec));
}
