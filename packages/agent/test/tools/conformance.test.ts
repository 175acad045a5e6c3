import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allTools, toolSpecs } from '../../src/tools/registry.ts';
import { play, SLOW } from './played.ts';

/** A description is paid for in each request; whoever needs more says it in the error that would have been. */
const MAX_DESCRIPTION = 1_000;
const MAX_CONTENT = 70_000;

/** Harmless arguments with which a tool does something. */
const PLAIN: Readonly<Record<string, object>> = {
  ask: { question: 'Tabs or spaces?', assumption: 'spaces' },
  bash: { command: 'echo plain' },
  edit: { command: 'view', path: 'sum.js' },
  finish: { summary: 'nothing', probability: 0.5 },
  localize: {},
  apply_patch: {
    input:
      '*** Begin Patch\n*** Update File: sum.js\n@@\n-  return total;\n+  return total + 0;\n*** End Patch',
  },
  browse: { action: 'close' },
  code: { language: 'python', code: '1 + 1' },
  navigate: { command: 'outline', path: 'sum.js' },
  search: { pattern: 'total' },
  watch: { name: 'files', command: 'ls' },
  recall: { query: 'sum' },
  plan: { items: [{ text: 'mend it', status: 'doing' }] },
  attempt: { candidates: [{ edits: [{ path: 'sum.js', old: 'let i = 1', new: 'let i = 0' }] }] },
};

const tools = await allTools();

/** What every tool promises; a new one is found by its name in the registry. */
describe.each([...tools])('the tool %s', (name, tool) => {
  const input = PLAIN[name];

  it('says what it is for, briefly, with arguments that say theirs', () => {
    const [spec] = toolSpecs(new Map([[name, tool]]));
    expect(tool.name).toBe(name);
    expect(tool.description.length).toBeGreaterThan(40);
    expect(tool.description.length).toBeLessThanOrEqual(MAX_DESCRIPTION);
    expect(spec!.inputSchema).toMatchObject({ type: 'object' });
    expect(JSON.stringify(spec!.inputSchema)).not.toContain(String(Number.MAX_SAFE_INTEGER));
  });

  it('answers plain arguments', SLOW, async () => {
    expect(input, `plain arguments for ${name} are missing in this test`).toBeDefined();
    const { seen, result, events } = await play([{ tool: name, input }], { tools: [name], checked: true });
    expect(seen[0]!.content.trim()).not.toBe('');
    expect(seen[0]!.content.length).toBeLessThan(MAX_CONTENT);
    expect(result.status).not.toBe('failed');
    if (!tool.touches.writes) {
      const [prepared, completed] = ['workspace.prepared', 'action.completed'].map(
        (type) =>
          events.find(({ event }) => event.type === type)!.event as unknown as {
            snapshot: string;
            base: string;
          },
      );
      expect(completed!.snapshot).toBe(prepared!.snapshot);
    }
  });

  it('answers whatever it is given with a line, and the rollout goes on', SLOW, async () => {
    const strange = fc.sample(
      fc.dictionary(
        fc.constantFrom(...namesOf(name), 'nonsense'),
        fc.json().map((text) => JSON.parse(text)),
      ),
      {
        numRuns: 25,
        seed: 20_261_121,
      },
    );
    const inputs = [
      {},
      { nonsense: 1 },
      ...strange,
      ...namesOf(name).map((field) => ({ ...input, [field]: null })),
    ];
    const { seen, result } = await play(
      [
        ...inputs.map((each) => ({ tool: name, input: each })),
        { tool: 'bash', input: { command: 'echo still here' } },
      ],
      { tools: [name], checked: true },
    );
    // A tool that settles the rollout may have ended it.
    expect(result.status).not.toBe('failed');
    for (const { outcome, content } of seen) {
      expect(['ok', 'error']).toContain(outcome);
      expect(content.trim()).not.toBe('');
      expect(content).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
    }
    if (tool.touches.settles !== true) expect(seen.at(-1)!.content).toContain('still here');
  });
});

function namesOf(name: string): string[] {
  const [spec] = toolSpecs(new Map([[name, tools.get(name)!]]));
  return Object.keys((spec!.inputSchema as { properties?: object }).properties ?? {});
}
