import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atifText } from '../../src/formats/atif/export.ts';
import { trajectoryFromAtif } from '../../src/formats/atif/import.ts';
import { trajectoryOf } from '../../src/formats/journal-trajectory.ts';
import { plainOf, plainTrajectory, trajectoryOfPlain } from './arbitraries.ts';
import { composed, foldedRollout, joined, problemsOf, solved } from './support.ts';

interface Step {
  readonly step_id: number;
  readonly source: string;
  readonly message: string;
  readonly tool_calls?: { readonly tool_call_id: string; readonly function_name: string }[];
  readonly observation?: {
    readonly results: { readonly source_call_id?: string; readonly content: string }[];
  };
  readonly metrics?: Record<string, unknown>;
  readonly llm_call_count?: number;
  readonly is_copied_context?: boolean;
  readonly extra?: Record<string, unknown>;
}
interface Document {
  readonly steps: readonly Step[];
  readonly agent: { readonly tool_definitions: { readonly function: { readonly name: string } }[] };
  readonly final_metrics: Record<string, unknown>;
  readonly subagent_trajectories?: (Document & { readonly trajectory_id: string })[];
}

describe('ATIF', () => {
  it('tells a real rollout: prompt, turns, checks, tools and sums', async () => {
    const { store, rollout, result } = await solved();
    const document = JSON.parse(joined(atifText(await trajectoryOf(store, rollout)))) as Document;
    expect(problemsOf('atif-1.7', document)).toEqual([]);
    expect(document.agent.tool_definitions.map(({ function: { name } }) => name)).toContain('bash');
    expect(document.steps.map(({ source, llm_call_count }) => `${source} ${llm_call_count ?? ''}`)).toEqual([
      'system ',
      'user ',
      'agent 0',
      'system ',
      'agent 1',
      'agent 1',
      'agent 0',
      'system ',
      'agent 1',
      'agent 1',
    ]);
    const [look] = document.steps.filter(({ llm_call_count }) => llm_call_count === 1);
    expect(look?.tool_calls?.map(({ function_name }) => function_name)).toEqual(['bash', 'bash']);
    expect(look?.observation?.results.map(({ source_call_id }) => source_call_id)).toEqual(
      look?.tool_calls?.map(({ tool_call_id }) => tool_call_id),
    );
    expect(look?.observation?.results[0]?.content).toContain('let i = 1');
    expect(document.final_metrics).toMatchObject({
      total_prompt_tokens: result.usage.inputTokens,
      total_completion_tokens: result.usage.outputTokens,
      total_steps: document.steps.length,
    });
  });

  it('embeds the rollouts of an agent made of agents, by reference from the step that began each', async () => {
    const { store, rollout } = await composed();
    const document = JSON.parse(joined(atifText(await trajectoryOf(store, rollout)))) as Document;
    expect(problemsOf('atif-1.7', document)).toEqual([]);
    const embedded = document.subagent_trajectories?.map(({ trajectory_id }) => trajectory_id) ?? [];
    const named = document.steps.flatMap(
      ({ observation }) =>
        observation?.results.flatMap(
          (each) =>
            (each as { subagent_trajectory_ref?: { trajectory_id: string }[] }).subagent_trajectory_ref?.map(
              ({ trajectory_id }) => trajectory_id,
            ) ?? [],
        ) ?? [],
    );
    expect(embedded).toHaveLength(2);
    expect([...named].sort()).toEqual([...embedded].sort());
    expect(document.subagent_trajectories?.[0]?.steps.length).toBeGreaterThan(4);
  });

  it('says a folding as a compaction, and again what the model still sees', async () => {
    const { store, rollout } = await foldedRollout();
    const document = JSON.parse(joined(atifText(await trajectoryOf(store, rollout)))) as Document;
    expect(problemsOf('atif-1.7', document)).toEqual([]);
    const at = document.steps.findIndex(({ extra }) => extra?.context_management !== undefined);
    expect(document.steps[at]?.extra?.context_management).toEqual({
      type: 'compaction',
      boundary: 'replace',
    });
    const after = document.steps.slice(at + 1);
    const copies = after.slice(
      0,
      after.findIndex(({ is_copied_context }) => !is_copied_context),
    );
    const before = document.steps.slice(0, at);
    expect(copies.slice(0, 2).map(({ message }) => message)).toEqual(
      document.steps.slice(0, 2).map(({ message }) => message),
    );
    expect(copies.at(-1)?.message).toBe(
      before.findLast(({ llm_call_count }) => llm_call_count !== 0)?.message,
    );
    expect(copies.length).toBeLessThan(before.length);
  });

  it('is read back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(plainTrajectory, (plain) => {
        const document: unknown = JSON.parse(joined(atifText(trajectoryOfPlain(plain))));
        expect(problemsOf('atif-1.7', document)).toEqual([]);
        expect(plainOf(trajectoryFromAtif(document, 'it'))).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });

  it('of a real rollout reads back what it wrote', async () => {
    const { store, rollout } = await composed();
    const trajectory = await trajectoryOf(store, rollout);
    const text = joined(atifText(trajectory));
    expect(joined(atifText(trajectoryFromAtif(JSON.parse(text), 'it')))).toBe(text);
  });

  it("reads another agent's document", () => {
    const foreign = {
      schema_version: 'ATIF-v1.8',
      session_id: 's',
      agent: { name: 'other', version: '1', model_name: 'm' },
      steps: [
        { step_id: 1, source: 'user', message: 'What time is it?', timestamp: '2026-05-16T12:00:00Z' },
        {
          step_id: 2,
          source: 'agent',
          message: [{ type: 'text', text: 'Let me check.' }],
          tool_calls: [{ tool_call_id: 'c1', function_name: 'now', arguments: {} }],
          observation: { results: [{ source_call_id: 'c1', content: '12:00' }] },
          metrics: { prompt_tokens: 120, completion_tokens: 18, cached_tokens: 20, cost: 0.5 },
        },
      ],
    };
    const { head, entries, end } = plainOf(trajectoryFromAtif(foreign, 'it'));
    expect(head).toMatchObject({ id: 's', task: 'What time is it?', model: 'm' });
    expect(entries[1]).toMatchObject({
      kind: 'turn',
      text: 'Let me check.',
      calls: [{ tool: 'now', outcome: 'ok', content: '12:00' }],
      usage: { inputTokens: 120, cacheReadTokens: 20, outputTokens: 18 },
      usd: 0.5,
    });
    expect(end).toMatchObject({ usd: 0.5, steps: 1, usage: { inputTokens: 120 } });
  });

  it('says what is wrong with a document that is none, and where', () => {
    const wrong = {
      schema_version: 'ATIF-v1.7',
      agent: { name: 'a', version: '1' },
      steps: [{ step_id: 1 }],
    };
    expect(() => trajectoryFromAtif(wrong, 'x.json')).toThrow('x.json cannot be read: steps.0.source');
    expect(() => trajectoryFromAtif({ steps: [] }, 'x.json')).toThrow('schema_version');
  });
});
