/** Steps of scripted rollouts, free of the test runner so that child processes can use them too. */
export const FIX = {
  tool: 'edit',
  input: { command: 'replace', path: 'sum.js', old: 'let i = 1', new: 'let i = 0' },
};
export const FINISH = {
  tool: 'finish',
  input: { summary: 'The first number was left out.', probability: 0.9 },
};
export const call = (tool: string, input: unknown) => ({ calls: [{ tool, input }] });
export const bash = (command: string) => call('bash', { command });
