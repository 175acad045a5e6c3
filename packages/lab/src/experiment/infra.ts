import type { InfraClass, InfraFault } from '../verdict.ts';

/**
 * What is done about a fault. `again`: it may pass by itself, so the trial is tried again after a while. `keep`: it will
 * not, but other instances may well go on. `ask`: nothing will go on before a person has done something.
 */
export type Remedy = 'again' | 'keep' | 'ask';

interface Known {
  readonly class: InfraClass;
  readonly remedy: Remedy;
}

const provider = (remedy: Remedy): Known => ({ class: 'provider', remedy });
const machine = (remedy: Remedy): Known => ({ class: 'machine', remedy });
const sandbox = (remedy: Remedy): Known => ({ class: 'sandbox', remedy });
const environment = (remedy: Remedy): Known => ({ class: 'environment', remedy });
const grader = (remedy: Remedy): Known => ({ class: 'grader', remedy });

/**
 * The faults that are not an agent's, by the code of the error. A short list on purpose: what is not on it is either the
 * agent's own failure or a bug, and never quietly left out of a rate.
 */
const FAULTS: Readonly<Record<string, Known>> = {
  'rate-limited': provider('again'),
  overloaded: provider('again'),
  'server-error': provider('again'),
  'stream-cut': provider('again'),
  silent: provider('again'),
  unreachable: provider('again'),
  'empty-reply': provider('again'),
  'bad-request': provider('keep'),
  unauthorized: provider('ask'),
  forbidden: provider('ask'),
  'not-found': provider('ask'),
  'out-of-credit': provider('ask'),
  redirected: provider('ask'),
  'workspace-gone': machine('again'),
  'snapshot-missing': machine('again'),
  'journal-busy': machine('again'),
  'lost-process': machine('again'),
  'store-failed': machine('again'),
  'disk-full': machine('ask'),
  'disk-not-writable': machine('ask'),
  'journal-io-error': machine('ask'),
  'journal-not-writable': machine('ask'),
  'sandbox-failed': sandbox('again'),
  'engine-failed': sandbox('again'),
  'pull-failed': environment('again'),
  'setup-failed': environment('keep'),
  'no-such-image': environment('keep'),
  'image-unsuitable': environment('keep'),
  'empty-repository': environment('keep'),
  'unsuitable-repository': environment('keep'),
  'tests-never-began': grader('again'),
};

/** The fault that an error's code stands for; null: it is no fault of the surroundings that is known of. */
export function faultOf(code: string, message: string): InfraFault | null {
  if (!Object.hasOwn(FAULTS, code)) return null;
  return { class: FAULTS[code]!.class, code, message: oneLine(message) };
}

/** What is done about it; whatever is not on the list is kept as it is. */
export function remedyFor({ code }: InfraFault): Remedy {
  return Object.hasOwn(FAULTS, code) ? FAULTS[code]!.remedy : 'keep';
}

/** Tries of one trial: a third is worth its time, a fourth hardly ever changes anything. */
export const MAX_TRIES = 3;

/** Before a second try, by what failed; doubled before each further one. A provider's outage outlasts a stumble here. */
const FIRST_WAIT_SECONDS: Readonly<Record<InfraClass, number>> = {
  provider: 30,
  machine: 5,
  sandbox: 5,
  environment: 5,
  grader: 1,
};

/** How long to wait before another try, after so many. */
export function waitSeconds(fault: InfraFault, tried: number): number {
  return FIRST_WAIT_SECONDS[fault.class] * 2 ** (tried - 1);
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
