import type { Instance } from '../instance.ts';
import type { TestsStatus, Verdict } from '../verdict.ts';
import { infraSign } from './infra-signs.ts';
import { preamble } from './placed.ts';
import type { Prediction } from './predictions.ts';
import { asLines, END, START } from './test-log.ts';

/** `report.json` of one instance, field for field as the SWE-bench harness writes it. */
export interface InstanceReport {
  readonly patch_is_None: boolean;
  readonly patch_exists: boolean;
  readonly patch_successfully_applied: boolean;
  readonly resolved: boolean;
  readonly infra_failure: boolean;
  readonly infra_failure_reason?: string;
  readonly tests_status?: TestsStatus;
}

/**
 * The report of a graded prediction. Null where that harness leaves none and counts an error: the patch does not apply,
 * the tests were cut short, or nothing could be started. Whether Heddle knows a verdict changes nothing here: these
 * reports know only resolved and not.
 */
export function reportOf({ model_patch }: Prediction, verdict: Verdict): InstanceReport | null {
  const none = {
    patch_is_None: model_patch === null,
    patch_exists: model_patch !== null,
    patch_successfully_applied: false,
    resolved: false,
    infra_failure: false,
  };
  if (verdict.patch === 'not-applicable' || !asLines(verdict.output).includes(END) || wasCutShort(verdict))
    return null;
  if (verdict.tests === null) {
    const sign = infraSign(verdict.output);
    if (sign === null) return none;
    return { ...none, infra_failure: sign.tier === 'environment', infra_failure_reason: sign.reason };
  }
  return {
    ...none,
    patch_successfully_applied: true,
    resolved: verdict.resolved === true,
    tests_status: verdict.tests,
  };
}

/** By its time limit or another wall. */
const wasCutShort = ({ output }: Verdict): boolean =>
  /\n\n(?:Timeout error: \d+ seconds exceeded|Ended by a wall: \w+)\.$/.test(output);

/** What became of one prediction, as a summary counts it. */
export interface Outcome {
  readonly prediction: Prediction;
  /** Null: nothing was graded, or an error. */
  readonly report: InstanceReport | null;
  /** Logs that a cause is looked for in. */
  readonly log: string;
}

/** `MODEL.RUN.json`, schema version 2. */
export interface RunSummary {
  readonly total_instances: number;
  readonly submitted_instances: number;
  readonly completed_instances: number;
  readonly resolved_instances: number;
  readonly unresolved_instances: number;
  readonly infra_failure_instances: number;
  readonly ambiguous_failure_instances: number;
  readonly empty_patch_instances: number;
  readonly error_instances: number;
  readonly completed_ids: readonly string[];
  readonly incomplete_ids: readonly string[];
  readonly empty_patch_ids: readonly string[];
  readonly submitted_ids: readonly string[];
  readonly resolved_ids: readonly string[];
  readonly unresolved_ids: readonly string[];
  readonly infra_failure_ids: readonly string[];
  readonly ambiguous_failure_ids: readonly string[];
  readonly failure_reasons: Readonly<Record<string, string>>;
  readonly error_ids: readonly string[];
  readonly schema_version: 2;
}

/** `all`: the ids of the dataset. Instances without a prediction are incomplete. */
export function summaryOf(all: readonly string[], outcomes: readonly Outcome[]): RunSummary {
  const known = new Set(all);
  const byId = new Map(outcomes.map((outcome) => [outcome.prediction.instance_id, outcome]));
  const inDataset = [...byId.values()].filter(({ prediction }) => known.has(prediction.instance_id));
  const idsOf = (fits: (outcome: Outcome) => boolean) =>
    inDataset
      .filter(fits)
      .map(({ prediction }) => prediction.instance_id)
      .sort();
  const isEmpty = ({ prediction }: Outcome) => (prediction.model_patch ?? '') === '';
  const graded = (outcome: Outcome) => !isEmpty(outcome) && outcome.report !== null;
  const signs = inDataset
    .filter((outcome) => !isEmpty(outcome) && outcome.report?.resolved !== true)
    .map(({ prediction, log }) => ({ id: prediction.instance_id, sign: infraSign(log) }))
    .flatMap(({ id, sign }) => (sign === null ? [] : [{ id, ...sign }]))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const ids = {
    completed: idsOf(graded),
    incomplete: all.filter((id) => !byId.has(id)).sort(),
    empty: idsOf(isEmpty),
    submitted: [...byId.keys()].sort(),
    resolved: idsOf((outcome) => graded(outcome) && outcome.report?.resolved === true),
    unresolved: idsOf((outcome) => graded(outcome) && outcome.report?.resolved === false),
    infra: signs.filter(({ tier }) => tier === 'environment').map(({ id }) => id),
    ambiguous: signs.filter(({ tier }) => tier === 'ambiguous').map(({ id }) => id),
    error: idsOf((outcome) => !isEmpty(outcome) && outcome.report === null),
  };
  return {
    total_instances: all.length,
    submitted_instances: ids.submitted.length,
    completed_instances: ids.completed.length,
    resolved_instances: ids.resolved.length,
    unresolved_instances: ids.unresolved.length,
    infra_failure_instances: ids.infra.length,
    ambiguous_failure_instances: ids.ambiguous.length,
    empty_patch_instances: ids.empty.length,
    error_instances: ids.error.length,
    completed_ids: ids.completed,
    incomplete_ids: ids.incomplete,
    empty_patch_ids: ids.empty,
    submitted_ids: ids.submitted,
    resolved_ids: ids.resolved,
    unresolved_ids: ids.unresolved,
    infra_failure_ids: ids.infra,
    ambiguous_failure_ids: ids.ambiguous,
    failure_reasons: Object.fromEntries(signs.map(({ id, reason }) => [id, reason])),
    error_ids: ids.error,
    schema_version: 2,
  };
}

/** `eval.sh`: what was run, as a script that does it again in a checkout with the patch applied. */
export function evalScript({ grading, environment }: Instance): string {
  const lines = [
    '#!/bin/bash',
    'set -uxo pipefail',
    preamble(environment, environment?.shown ?? []).trimEnd(),
  ];
  lines.push(...(environment?.setup ?? []));
  if (grading.kind === 'tests' && grading.testPatch !== '') {
    const mark = 'HEDDLE_TEST_PATCH';
    lines.push(`git apply --verbose - <<'${mark}'\n${grading.testPatch.replace(/\n?$/, '\n')}${mark}`);
  }
  if (grading.command.includes(START)) lines.push(grading.command);
  else lines.push(`: '${START}'`, grading.command, `: '${END}'`);
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
