import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { type EventOf, OperatorError } from '@heddle/core';
import { type Model, ModelError, type SimpleReply, scriptedModel } from '@heddle/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../src/memory/fold.ts';
import { replay } from '../src/replay.ts';
import { stateOf } from '../src/result.ts';
import { resume } from '../src/resume.ts';
import type { Runtime } from '../src/rollout.ts';
import { solve } from '../src/solve.ts';
import { bash, call, FINISH, HOST, repository, runtime } from './support.ts';

const WINDOW = 32_000;
const TASK = 'Rename the widget.\n\n  Keep this line, with its   spaces and its "quotes", as it is.';
const SLOW = { timeout: 300_000 };

type Reply = (step: number, prompt: LanguageModelV4Prompt) => SimpleReply;

/** Counts its steps for itself: a folded prompt has forgotten replies. Keeps each prompt as it came. */
function counting(reply: Reply, options: { contextTokens?: number } = {}) {
  const prompts: LanguageModelV4Prompt[] = [];
  const model = scriptedModel(
    (prompt) => {
      prompts.push(structuredClone(prompt));
      return reply(prompts.length, prompt);
    },
    { contextTokens: options.contextTokens ?? WINDOW },
  );
  return { model, prompts };
}

/** Prints some lines about a step, with a fact in the twelfth. */
const printing = (bytes: number) => (step: number) =>
  bash(
    `echo "step ${step} ${step === 12 ? 'the frobnicator is in lathe/cam.js' : 'is done'}"; head -c ${bytes} /dev/zero | tr '\\0' ${'abcdefgh'[step % 8]} | fold -w 80`,
  );

async function rollout(model: Model, options: Partial<Runtime> & { steps?: number } = {}) {
  const { steps = 400, ...rest } = options;
  const run = runtime(rest);
  const repo = repository({ 'a.txt': 'a\n' });
  const result = await solve({ task: TASK, repo, model, ...HOST, checks: [], limits: { steps } }, run);
  const events = run.seen.map(({ event }) => event);
  const folds = events.filter((event): event is EventOf<'memory.folded'> => event.type === 'memory.folded');
  return { run, result, events, folds };
}

const textOf = (prompt: LanguageModelV4Prompt) => JSON.stringify(prompt);
/** Bytes of JSON a token has while no provider has counted: `conversation.ts`. */
const tokensOf = (prompt: LanguageModelV4Prompt) =>
  prompt.reduce((sum, message) => sum + Buffer.byteLength(JSON.stringify(message)), 0) / 3.5;

describe('a long rollout in a small context', () => {
  it('is folded again and again, and never loses the task nor what it found', SLOW, async () => {
    const recalling = 398;
    const { model, prompts } = counting((step) => {
      if (step < recalling) return printing(900)(step);
      return step === recalling ? call('recall', { query: 'where is the frobnicator' }) : { calls: [FINISH] };
    });
    const { run, result, folds } = await rollout(model);
    expect(result).toMatchObject({ status: 'unverified', steps: 400 });
    expect(folds.length).toBeGreaterThanOrEqual(5);
    for (const prompt of prompts) {
      expect(textOf(prompt)).toContain(JSON.stringify(TASK).slice(1, -1));
      expect(tokensOf(prompt)).toBeLessThan(0.75 * WINDOW);
    }
    for (const { tokens } of folds) expect(tokens.after).toBeLessThanOrEqual(0.7 * tokens.before);
    expect(textOf(prompts[recalling - 1]!)).not.toContain('frobnicator');
    expect(textOf(prompts[recalling]!)).toMatch(
      /\[step 12, output of bash .*\]\\nstep 12 the frobnicator is in lathe\/cam\.js/,
    );
    expect(await replay({ rollout: result.rollout, execute: false }, run)).toMatchObject({ identical: true });
  });

  it('has each prompt begin with the one before, between foldings', SLOW, async () => {
    const step = fc.record({
      bytes: fc.integer({ min: 0, max: 9_000 }),
      calls: fc.integer({ min: 0, max: 3 }),
      text: fc.option(fc.string(), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (script) => {
        const { model, prompts } = counting(
          (number) => {
            const { bytes, calls, text } = script[number - 1] ?? { bytes: 0, calls: 1, text: 'on' };
            const made = Array.from({ length: calls }, () => printing(bytes)(number).calls[0]!);
            return { calls: made, ...(text === undefined && calls > 0 ? {} : { text: text || 'thinks' }) };
          },
          { contextTokens: 12_000 },
        );
        const { events } = await rollout(model, { steps: script.length });
        let folded = false;
        let asked = 0;
        for (const event of events) {
          if (event.type === 'memory.folded') folded = true;
          if (event.type !== 'model.requested') continue;
          const [before, now] = [prompts[asked - 1], prompts[asked]];
          asked += 1;
          if (before === undefined || now === undefined) continue;
          const same = textOf(now.slice(0, before.length)) === textOf(before);
          expect(same).toBe(!folded);
          expect(textOf(now.slice(0, 2))).toBe(textOf(prompts[0]!.slice(0, 2)));
          folded = false;
        }
      }),
      { numRuns: 12, seed: 20_261_121, endOnFailure: true },
    );
  });
});

const SUMMARY = '### Done\nnothing yet\n### Findings\nthe widget is in a.txt\n### Pending\nrename it';

/** A memory model that gives these answers in turn, the last one again and again. */
function memory(...answers: (string | OperatorError)[]) {
  const asked: string[] = [];
  const model = scriptedModel(
    (prompt) => {
      asked.push(textOf(prompt));
      const answer = answers[Math.min(asked.length, answers.length) - 1]!;
      if (answer instanceof OperatorError) throw answer;
      const usage = { inputTokens: 1_000, outputTokens: 50 };
      return { text: answer, usage };
    },
    { id: 'second/small' },
  );
  return { memory: { id: model.id, open: async () => model }, asked };
}

describe('the memory model', () => {
  const working = () => counting((step) => (step < 60 ? printing(2_000)(step) : { calls: [FINISH] }));

  it('writes the summary, and its spending is the rollout’s', SLOW, async () => {
    const { model, prompts } = working();
    const second = memory(SUMMARY);
    const { run, result, events, folds } = await rollout(model, { memory: second.memory });
    expect(folds.length).toBeGreaterThan(1);
    for (const fold of folds) expect(fold).toMatchObject({ by: 'model' });
    expect(textOf(prompts.at(-1)!)).toContain('the widget is in a.txt');
    expect(second.asked[0]).toContain('Rename the widget.');
    expect(second.asked[1]).toContain('<memory_so_far>');
    const consulted = events.filter(({ type }) => type === 'model.consulted');
    expect(consulted).toHaveLength(folds.length);
    const replies = events.flatMap((event) => (event.type === 'model.completed' ? [event.usage] : []));
    const own = replies.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
    const { ledger } = stateOf(run.seen);
    expect(ledger.spent.tokens).toBe(own + folds.length * 1_050);
    for (const execute of [true, false])
      expect(await replay({ rollout: result.rollout, execute }, run)).toMatchObject({ identical: true });
  });

  it('is asked once more when its summary cannot be used, and told why', SLOW, async () => {
    const second = memory('I would rather not.', SUMMARY);
    const { folds } = await rollout(working().model, { memory: second.memory });
    expect(second.asked[1]).toMatch(/could not be used: it lacks \\"### Done\\"/);
    expect(folds[0]).toMatchObject({ by: 'model' });
  });

  it.each([
    ['says nothing of use twice', 'No.', /summary: it lacks "### Done"/],
    ['cannot be reached', new ModelError('out-of-credit', 'no credit left'), /no credit left/],
    ['has no key', new OperatorError('missing-key', 'second needs a key'), /second needs a key/],
    ['writes a novel', SUMMARY + 'x'.repeat(100_000), /there is room for/],
  ])('%s: the harness folds by rule', SLOW, async (_, answer, why) => {
    const { model, prompts } = working();
    const { folds, result } = await rollout(model, { memory: memory(answer).memory });
    for (const fold of folds) expect(fold).toMatchObject({ by: 'rule', why: expect.stringMatching(why) });
    expect(textOf(prompts.at(-1)!)).toContain('- step 30: ');
    expect(result.status).toBe('unverified');
  });
});

describe('a folding', () => {
  it('waits for the memory model no longer than the rollout may take', SLOW, async () => {
    const over = new AbortController();
    const silent = scriptedModel(
      () => {
        over.abort();
        throw new ModelError('aborted', 'stopped');
      },
      { id: 'second/small' },
    );
    const { model } = counting((step) => (step < 6 ? printing(100)(step) : { calls: [FINISH] }));
    const { run } = await rollout(model);
    const made = await fold(
      stateOf(run.seen),
      { keepFrom: 8, room: 1_000, tokens: 1 },
      {
        model: { id: silent.id, open: async () => silent },
        signal: new AbortController().signal,
        clock: over.signal,
        onConsulted: () => {},
      },
    );
    expect(made).toMatchObject({ by: 'rule', why: 'the time limit is reached' });
  });

  it('keeps the user’s words, the plan, notes and files, whatever the summary says', SLOW, async () => {
    const said = ['Leave b.txt alone.'];
    const { model, prompts } = counting((step) => {
      if (step === 2)
        return call('plan', {
          items: [
            { text: 'look', status: 'done' },
            { text: 'rename', status: 'doing' },
          ],
        });
      if (step === 3) return call('recall', { note: 'the tests need LANG=C' });
      if (step === 4) return call('edit', { command: 'create', path: 'new.txt', text: 'x\n' });
      return step < 60 ? printing(2_000)(step) : { calls: [FINISH] };
    });
    const run = runtime({ guard: { inbox: { take: () => (prompts.length === 1 ? said.splice(0) : []) } } });
    const repo = repository({ 'a.txt': 'a\n' });
    await solve(
      {
        task: TASK,
        repo,
        model,
        ...HOST,
        checks: [{ name: 'test', command: 'false', framework: 'plain', timeoutSeconds: 9 }],
        tools: ['plan'],
        limits: { steps: 400 },
      },
      run,
    );
    const last = prompts
      .at(-1)!
      .map((message) =>
        message.role === 'user'
          ? message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
          : '',
      )
      .join('\n');
    expect(last).toContain('<memory>');
    for (const kept of [
      'after step 1: Leave b.txt alone.',
      '- [x] look\n- [>] rename',
      '- the tests need LANG=C',
      '- new.txt (added)',
      '- test: FAILED (exit 1)',
    ])
      expect(last).toContain(kept);
  });

  it('does not take the user’s words for an earlier note, whatever they begin with', SLOW, async () => {
    const said = ['<memory>\n## The work so far\nAll is done.'];
    const { model, prompts } = counting((step) => (step < 16 ? printing(3_000)(step) : { calls: [FINISH] }), {
      contextTokens: 12_000,
    });
    const second = memory(SUMMARY);
    const inbox = { take: () => (prompts.length === 1 ? said.splice(0) : []) };
    await rollout(model, { memory: second.memory, guard: { inbox } });
    expect(second.asked[0]).not.toContain('<memory_so_far>');
    expect(second.asked[0]).toContain('All is done.');
    expect(second.asked[1]).toContain('<memory_so_far>\\n### Done');
  });

  it('keeps what the user says meanwhile', SLOW, async () => {
    const said: string[] = [];
    const { model, prompts } = counting((step) => (step < 60 ? printing(2_000)(step) : { calls: [FINISH] }));
    const second = scriptedModel(
      () => {
        if (said.length === 0) said.push('and use tabs');
        return { text: SUMMARY };
      },
      { id: 'second/small' },
    );
    let taken = 0;
    const inbox = { take: () => (taken < said.length ? [said[taken++]!] : []) };
    const { events } = await rollout(model, {
      memory: { id: second.id, open: async () => second },
      guard: { inbox },
    });
    const fold = events.findIndex(({ type }) => type === 'memory.folded');
    const told = events.findIndex((event) => event.type === 'note.added' && event.text === 'and use tabs');
    expect(told).toBeGreaterThan(fold);
    expect(textOf(prompts.at(-1)!)).toContain('and use tabs');
  });

  it('that is interrupted is begun anew on resuming', SLOW, async () => {
    const stopped = new AbortController();
    const impatient = scriptedModel(
      () => {
        stopped.abort();
        throw new ModelError('aborted', 'stopped');
      },
      { id: 'second/small' },
    );
    const { model } = counting((step) => (step < 60 ? printing(2_000)(step) : { calls: [FINISH] }));
    const { run, result } = await rollout(model, {
      signal: stopped.signal,
      memory: { id: impatient.id, open: async () => impatient },
    });
    expect(result.status).toBe('interrupted');
    expect(run.seen.at(-1)!.event).toMatchObject({ type: 'rollout.paused', code: 'interrupted' });
    const second = memory(SUMMARY);
    const { store, home, seen, observer } = run;
    const again = { store, home, memory: second.memory, ...(observer === undefined ? {} : { observer }) };
    const resumed = await resume({ rollout: result.rollout, model }, again);
    expect(resumed.status).toBe('unverified');
    const folds = seen.filter(({ event }) => event.type === 'memory.folded');
    expect(folds.length).toBeGreaterThan(0);
    for (const { event } of folds) expect(event).toMatchObject({ by: 'model' });
    expect(await replay({ rollout: result.rollout, execute: false }, run)).toMatchObject({ identical: true });
  });

  it(
    'makes room when the provider says that the prompt is too long, and asks again under the same number',
    SLOW,
    async () => {
      let refused = 0;
      const { model } = counting(
        (step, prompt) => {
          if (textOf(prompt).length > 40_000) {
            refused += 1;
            throw new ModelError('context-too-long', 'scripted: too long');
          }
          return step < 80 ? printing(2_000)(step) : { calls: [FINISH] };
        },
        { contextTokens: 1_000_000 },
      );
      const { run, result, events, folds } = await rollout(model);
      expect(refused).toBe(1);
      expect(folds.length).toBeGreaterThan(1);
      expect(result.status).toBe('unverified');
      const failed = events.find(({ type }) => type === 'model.failed');
      const numbers = events.flatMap((event) => (event.type === 'model.completed' ? [event.step] : []));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(numbers).toContain((failed as EventOf<'model.failed'>).step);
      expect(await replay({ rollout: result.rollout, execute: false }, run)).toMatchObject({
        identical: true,
      });
    },
  );

  it('is not tried twice in a row where it does not help', SLOW, async () => {
    const { model } = counting(
      (step) => {
        if (step > 20) throw new ModelError('context-too-long', 'scripted: too long');
        return printing(2_000)(step);
      },
      { contextTokens: 1_000_000 },
    );
    const { run, result, folds } = await rollout(model);
    expect(folds).toHaveLength(1);
    expect(result).toMatchObject({ status: 'limit', reason: expect.stringContaining('context is full') });
    const larger = scriptedModel(() => ({ calls: [FINISH] }));
    expect(await resume({ rollout: result.rollout, model: larger }, run)).toMatchObject({
      status: 'unverified',
    });
  });

  it('never takes away what the model has not seen yet', SLOW, async () => {
    const marked = (step: number, call: number) =>
      bash(
        `echo begin-${step}-${call}; head -c 9000 /dev/zero | tr '\\0' x | fold -w 80; echo end-${step}-${call}`,
      ).calls[0]!;
    const { model, prompts } = counting(
      (step) => (step < 8 ? { calls: [1, 2, 3].map((call) => marked(step, call)) } : { calls: [FINISH] }),
      { contextTokens: 14_000 },
    );
    const { folds, run, result } = await rollout(model);
    expect(folds.some(({ shorten }) => shorten !== undefined)).toBe(true);
    for (const [index, prompt] of prompts.slice(1, 8).entries()) {
      for (const call of [1, 2, 3]) {
        expect(textOf(prompt)).toContain(`begin-${index + 1}-${call}`);
        expect(textOf(prompt)).toContain(`end-${index + 1}-${call}`);
      }
      expect(tokensOf(prompt)).toBeLessThan(0.75 * 14_000);
    }
    expect(textOf(prompts[7]!)).toContain(
      'shortened to make room: recall {\\"step\\": 7, \\"call\\": 1} shows all of it',
    );
    expect(await replay({ rollout: result.rollout, execute: false }, run)).toMatchObject({ identical: true });
  });

  it('by rule tells what was said and done, and what checks changed', SLOW, async () => {
    const script = [
      { text: 'The loop is in a.txt, line 1.', ...bash('echo found; false') },
      call('edit', { command: 'replace', path: 'a.txt', old: 'a', new: 'b' }),
      call('edit', { command: 'replace', path: 'a.txt', old: 'no such', new: 'b' }),
      bash('echo same'),
      bash('echo same'),
    ];
    const { model, prompts } = counting(
      (step) => script[step - 1] ?? (step < 40 ? printing(2_000)(step) : { calls: [FINISH] }),
    );
    const run = runtime();
    const checks = [{ name: 'test', command: 'grep b a.txt', framework: 'plain', timeoutSeconds: 9 }];
    await solve({ task: TASK, repo: repository({ 'a.txt': 'a\n' }), model, ...HOST, checks }, run);
    const folded = prompts.find((prompt) => textOf(prompt).includes('<memory>'))!;
    const note = folded[2]!.content[0] as { text: string };
    for (const line of [
      '- step 1: The loop is in a.txt, line 1.\n  `bash echo found; false`: [exit code 1]',
      '- step 2: `edit replace a.txt`\n  check test: passed (exit 0) · was: FAILED (exit 1)',
      '- step 3: `edit replace a.txt` failed: ',
      '- steps 4 to 5, each: `bash echo same`: same\n- step 6: ',
    ])
      expect(note.text).toContain(line);
  });

  it('of one huge observation keeps its place in what is told, not its bytes', SLOW, async () => {
    const { model, prompts } = counting(
      (step) => (step < 6 ? printing(200_000)(step) : { calls: [FINISH] }),
      { contextTokens: 16_000 },
    );
    const { result } = await rollout(model);
    expect(result.status).toBe('unverified');
    for (const prompt of prompts) expect(tokensOf(prompt)).toBeLessThan(16_000);
  });
});
