import { actionTitle, audit } from '@heddle/agent';
import { OperatorError } from '@heddle/core';
import type { StudioContext } from '../../server/context.ts';
import type { AuditTold } from '../../told/rollout.ts';
import { firstWords } from './words.ts';

const MAX_TEXT = 400;
const MOST_FINDINGS = 300;

type Finding = AuditTold['findings'][number];
type Report = Awaited<ReturnType<typeof audit>>;

/** What `heddle audit` says of a trajectory, its parts included. */
export async function auditOf({ store, home }: StudioContext, rollout: string): Promise<AuditTold> {
  try {
    const report = await audit(store, rollout, home);
    const { clean } = report;
    return {
      why: null,
      clean,
      actions: actionsIn(report),
      findings: findingsOf(report).slice(0, MOST_FINDINGS),
    };
  } catch (error) {
    // A rival's journal does not say enough to judge it.
    if (!(error instanceof OperatorError)) throw error;
    return { why: error.message, clean: false, actions: 0, findings: [] };
  }
}

function actionsIn({ actions, parts = [] }: Report): number {
  return parts.reduce((sum, part) => sum + actionsIn(part), actions.length);
}

function findingsOf({ tampering, risky, refusals, requests, gaps, parts = [] }: Report): Finding[] {
  const say = (kind: Finding['kind'], grave: boolean, step: number | null, text: string): Finding => ({
    ...{ kind, grave, step },
    text: firstWords(text, MAX_TEXT),
  });
  return [
    ...tampering.map(({ severity, path, line, reason }) =>
      say('tampering', severity !== 'note', null, `${path}${line === null ? '' : `:${line}`}: ${reason}`),
    ),
    ...risky.map(({ step, command, why, kind }) => say('effect', true, step, `${kind}: ${command}: ${why}`)),
    ...refusals.map(({ step, tool, input, guard }) =>
      say('refusal', false, step, `${actionTitle(tool, input)}: refused by ${guard?.by ?? 'the guard'}`),
    ),
    ...requests.map(({ step, host, allowed }) =>
      say('request', !allowed, step, `${host} ${allowed ? 'let through' : 'refused'}`),
    ),
    ...gaps.map((gap) => say('gap', false, null, gap)),
    ...parts.flatMap(findingsOf),
  ];
}
