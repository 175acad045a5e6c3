/** A line of a dataset in Heddle's own form. */
export const task = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  statement: 'Make it so.',
  files: { kind: 'inline', files: { 'a.txt': 'a\n' } },
  grading: { kind: 'tests', command: 'true', timeoutSeconds: 5 },
  ...more,
});
