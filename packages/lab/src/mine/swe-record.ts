import type { Instance } from '../instance.ts';

/** A mined instance as a record of the SWE-bench family, with the fields that tools for it ask for. */
export function sweRecord({ id, statement, gold, grading, meta }: Instance): Record<string, unknown> {
  const tests = grading.kind === 'tests' ? grading : null;
  return {
    instance_id: id,
    repo: meta.repo,
    base_commit: meta.base_commit,
    environment_setup_commit: meta.base_commit,
    patch: gold,
    test_patch: tests?.testPatch ?? '',
    problem_statement: statement,
    hints_text: '',
    created_at: meta.created_at,
    version: '',
    FAIL_TO_PASS: JSON.stringify(tests?.failToPass ?? []),
    PASS_TO_PASS: JSON.stringify(tests?.passToPass ?? []),
  };
}
