import { messageOf } from '@heddle/core';
import type { ScoredTrial } from '../trial-scorer.ts';
import { actOf, toolUses } from './acts.ts';
import { answerSought } from './answer.ts';
import { factsOf } from './facts.ts';
import { excerptOf, type Flag, type FlagName } from './flag.ts';
import { graderTampered } from './grader.ts';
import { historyPeeked } from './history.ts';
import { flagsInPatch } from './in-patch.ts';
import { networkTried } from './network.ts';
import { outsideRead } from './outside.ts';
import type { Rule } from './rule.ts';

const RULES: Readonly<Partial<Record<FlagName, Rule>>> = {
  'history-peeked': historyPeeked,
  'network-tried': networkTried,
  'answer-sought': answerSought,
  'grader-tampered': graderTampered,
  'outside-read': outsideRead,
};

/** Of one name; the first ones say what it was about. */
const MAX_OF_ONE_NAME = 20;
/** Characters of what a model has written that are kept to compare with. */
const MAX_WRITTEN_CHARACTERS = 4_000_000;

export type Scanned = Pick<ScoredTrial, 'instance' | 'patch' | 'events' | 'open'>;

/**
 * Signs of cheating in one attempt, from its journal and its patch: beside the score, never in it. Never rejects: where
 * the patch cannot be looked at (its place does not open, the journal is damaged) a note says so.
 */
export async function scanTrial(trial: Scanned): Promise<Flag[]> {
  const flags: Flag[] = [];
  try {
    flags.push(...(await flagsInActs(trial)));
  } catch (error) {
    flags.push(unread('outside-read', `its journal could not be looked at: ${messageOf(error)}`));
  }
  try {
    flags.push(...(await flagsInPatch(trial, () => trial.open('after'))));
  } catch (error) {
    flags.push(unread('grader-tampered', `its patch could not be looked at: ${messageOf(error)}`));
  }
  return fewOfEach(flags);
}

async function flagsInActs({ instance, events }: Scanned): Promise<Flag[]> {
  const recorded = events();
  const { uses, root } = toolUses(recorded);
  const facts = factsOf(instance, root, recorded);
  const flags: Flag[] = [];
  for (const use of uses) {
    const act = await actOf(use);
    for (const [name, rule] of Object.entries(RULES) as [FlagName, Rule][])
      for (const { severity, why, evidence } of rule(act, facts))
        flags.push({
          name,
          severity,
          why,
          evidence: excerptOf(evidence),
          rollout: use.rollout,
          position: use.position,
          step: use.step,
        });
    if (facts.written.text.length < MAX_WRITTEN_CHARACTERS) facts.written.text += `\n${act.typed}`;
  }
  return flags;
}

function unread(name: FlagName, why: string): Flag {
  return {
    name,
    severity: 'note',
    why: excerptOf(why),
    evidence: '',
    rollout: null,
    position: null,
    step: null,
  };
}

const ORDER = ['grave', 'warning', 'note'];

/** The gravest first; the same thing done again is said once. */
function fewOfEach(flags: readonly Flag[]): Flag[] {
  const counts = new Map<FlagName, number>();
  const seen = new Set<string>();
  return flags
    .toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
    .filter(({ name, why, evidence }) => {
      const key = [name, why, evidence].join('\n');
      const count = counts.get(name) ?? 0;
      if (seen.has(key) || count >= MAX_OF_ONE_NAME) return false;
      seen.add(key);
      counts.set(name, count + 1);
      return true;
    });
}
