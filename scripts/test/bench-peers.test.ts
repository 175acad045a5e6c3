import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedBytes } from '../../bench/peers/mock/prefix.ts';
import { Script } from '../../bench/peers/mock/script.ts';
import { serveScript } from '../../bench/peers/mock/server.ts';
import { shellIn, shellInput } from '../../bench/peers/mock/tool.ts';
import { HEDDLE, PEERS } from '../../bench/peers/peers.ts';
import { placeFor } from '../../bench/peers/places.ts';
import { report } from '../../bench/peers/report.ts';
import { interleaved } from '../../bench/peers/rounds.ts';
import { type Run, runPeer } from '../../bench/peers/run.ts';
import { watchTree } from '../../bench/process-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-peers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const linux = process.platform === 'linux';

const SCHEMA = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] };

/** A request with a shell, and one that goes on after it printed `step-1`, in each wire. */
const WIRES = {
  anthropic: {
    path: '/v1/messages?beta=true',
    body: { stream: true, tools: [{ name: 'Bash', input_schema: SCHEMA }] },
    messages: (said: object[]) => ({ messages: said }),
    events: [
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ],
  },
  chat: {
    path: '/v1/chat/completions',
    body: { stream: true, tools: [{ type: 'function', function: { name: 'bash', parameters: SCHEMA } }] },
    messages: (said: object[]) => ({ messages: [{ role: 'system', content: 'Work.' }, ...said] }),
    events: ['chat.completion.chunk', '[DONE]'],
  },
  responses: {
    path: '/v1/responses',
    body: { stream: true, tools: [{ type: 'function', name: 'exec_command', parameters: SCHEMA }] },
    messages: (said: object[]) => ({ input: said }),
    events: [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ],
  },
  'responses, a tool of free text': {
    path: '/v1/responses',
    body: {
      stream: true,
      tools: [{ type: 'custom', name: 'exec', description: 'await tools.exec_command(…)' }],
    },
    messages: (said: object[]) => ({ input: said }),
    events: [
      'response.created',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ],
  },
  gemini: {
    path: '/v1beta/models/m:streamGenerateContent?alt=sse',
    body: {
      tools: [{ functionDeclarations: [{ name: 'run_shell_command', parametersJsonSchema: SCHEMA }] }],
    },
    messages: (said: object[]) => ({ contents: said }),
    events: ['candidate'],
  },
} as const;

describe('the mock model', () => {
  test.each(Object.entries(WIRES))('speaks %s', async (_, { path, body, messages, events }) => {
    const script = new Script(1);
    const { port, close } = await serveScript(script);
    const ask = async (said: object[]) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        body: JSON.stringify({ ...body, ...messages(said) }),
      });
      return response.text();
    };
    try {
      const first = await ask([{ role: 'user', content: 'Go.' }]);
      expect(kindsOf(first)).toEqual(events);
      expect(first.match(/step'-1/)).not.toBeNull();
      const last = await ask([
        { role: 'user', content: 'Go.' },
        { role: 'user', content: 'step-1' },
      ]);
      expect(last).not.toContain('echo');
    } finally {
      await close();
    }
    expect(script.arrivals.map(({ echoed, kept }) => [echoed, kept?.asRead])).toEqual([
      [false, undefined],
      [true, 1],
    ]);
  });

  test('a command that was not run leaves no echo', async () => {
    const script = new Script(2);
    const { port, close } = await serveScript(script);
    const said: object[] = [{ role: 'user', content: 'Go.' }];
    for (const line of ["echo 'step'-1", 'step-10']) {
      await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ ...WIRES.chat.body, messages: said }),
      });
      said.push({ role: 'tool', content: line });
    }
    await close();
    expect(script.arrivals.map(({ echoed }) => echoed)).toEqual([false, false]);
  });

  test('what an agent asks beside its work gets the shape it wants and is no step', async () => {
    const script = new Script(1);
    const { port, close } = await serveScript(script);
    const schema = { type: 'OBJECT', properties: { route: { type: 'STRING', enum: ['fast', 'slow'] } } };
    const response = await fetch(`http://127.0.0.1:${port}/v1beta/models/m:generateContent`, {
      method: 'POST',
      body: JSON.stringify({ contents: [], generationConfig: { responseSchema: schema } }),
    });
    const whole = (await response.json()) as { candidates: [{ content: { parts: [{ text: string }] } }] };
    await close();
    expect(JSON.parse(whole.candidates[0].content.parts[0].text)).toEqual({ route: 'fast' });
    expect([script.arrivals.length, script.asides]).toEqual([0, 1]);
  });

  test('a shell is asked in the shape it declares', () => {
    const asked = (name: string, schema: object) => {
      const tool = { name, kind: 'function' as const, about: '', schema: schema as never };
      return JSON.parse(shellInput(shellIn([tool])!, 'ls'));
    };
    const list = { type: 'array', items: { type: 'string' } };
    expect(asked('shell', { properties: { command: list, timeout: {} } })).toEqual({
      command: ['bash', '-c', 'ls'],
    });
    expect(
      asked('run', { properties: { cmd: { type: 'string' }, why: {} }, required: ['cmd', 'why'] }),
    ).toEqual({
      cmd: 'ls',
      why: 'bench',
    });
  });

  test('shared bytes are counted from the beginning', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(bytes, bytes, bytes, (head, left, right) => {
        const [a, b] = [Buffer.concat([head, left]), Buffer.concat([head, right])];
        const same = sharedBytes(a, b);
        expect(a.subarray(0, same)).toEqual(b.subarray(0, same));
        expect(same === a.length || same === b.length || a[same] !== b[same]).toBe(true);
      }),
    );
  });
});

/** The kinds of a stream's events, a run of equal ones as one. */
function kindsOf(stream: string): string[] {
  const kinds = stream
    .trim()
    .split('\n\n')
    .map((event) => {
      const data = event.slice(event.indexOf('data: ') + 6);
      if (data === '[DONE]') return data;
      const { type, object } = JSON.parse(data);
      return type ?? object ?? 'candidate';
    });
  return kinds.filter((kind, index) => kind !== kinds[index - 1]);
}

describe.skipIf(!linux)('the process tree (skipped where there is no /proc)', () => {
  test('counts what ended, and finds what left its parent', async () => {
    const busy = 'while (process.cpuUsage().user < 300_000);';
    const script = `"$NODE" -e "${busy}"; setsid sleep 60 & exec sleep 0.3`;
    const mark = { name: 'HEDDLE_BENCH_RUN', value: folder };
    const child = spawn('sh', ['-c', script], {
      env: { ...process.env, NODE: process.execPath, [mark.name]: mark.value },
      stdio: 'ignore',
    });
    const watch = watchTree(child.pid!, mark);
    await once(child, 'exit');
    const { cpuSeconds, peakBytes, left } = watch.stop();
    for (const { pid } of left) process.kill(pid);
    expect(cpuSeconds).toBeGreaterThanOrEqual(0.3);
    expect(peakBytes).toBeGreaterThan(10e6);
    expect(left.map(({ command }) => command)).toEqual(['sleep 60']);
  });
});

describe('the driver', () => {
  test('turns the order with each round and repeats a disturbed run', async () => {
    const peers = PEERS.slice(0, 3);
    const [a, b, c] = peers.map(({ name }) => name);
    const done: [string, number][] = [];
    const runs = await interleaved(
      peers,
      { starts: 1, sizes: [5], reps: 2, repeats: 1 },
      {
        quiet: async () => {},
        async run(peer, steps) {
          done.push([peer.name, steps]);
          const disturbed = peer.name === b && done.filter(([name]) => name === b).length === 1;
          return { ...runOf(peer.name, steps, {}), otherCores: disturbed ? 1 : 0 };
        },
        told: () => {},
      },
    );
    expect(done).toEqual([
      [a, 0],
      [b, 0],
      [b, 0],
      [c, 0],
      [b, 5],
      [c, 5],
      [a, 5],
      [c, 5],
      [a, 5],
      [b, 5],
    ]);
    expect(runs.map(({ peer, steps }) => [peer, steps])).toEqual(done);
  });

  test.skipIf(!linux)(
    'runs Heddle and the floor for three steps (skipped where there is no /proc)',
    async () => {
      const floor = PEERS.find(({ name }) => name === 'floor')!;
      for (const peer of [HEDDLE, floor]) {
        const run = await runPeer(peer, placeFor(folder, peer), 3);
        expect(run).toMatchObject({ peer: peer.name, steps: 3, problem: null });
        expect(run.gapsMs).toHaveLength(3);
        expect(run.kept.map(({ asRead }) => asRead)).toEqual([1, 1, 1]);
        expect(run.startMs).toBeGreaterThan(0);
        expect(run.peakBytes).toBeGreaterThan(10e6);
        expect(run.cpuSeconds).toBeGreaterThan(0);
      }
    },
  );

  test.skipIf(!linux)('says why a peer shows nothing (skipped where there is no /proc)', async () => {
    const peer = {
      name: 'none',
      about: '',
      command: () => ['sh', '-c', 'echo no such key >&2; exit 3'] as const,
    };
    const run = await runPeer(peer, placeFor(folder, peer), 1);
    expect(run.problem).toBe('no request came (exit code 3: no such key)');
    const missing = { ...peer, command: () => [join(folder, 'nowhere')] as const };
    expect((await runPeer(missing, placeFor(folder, missing), 1)).problem).toMatch(
      /^no request came \(.*ENOENT/,
    );
  });
});

function runOf(peer: string, steps: number, part: Partial<Run>): Run {
  return {
    peer,
    steps,
    startMs: 100,
    gapsMs: Array.from({ length: steps }, () => 4),
    peakBytes: 100e6,
    cpuSeconds: 0.2 + steps / 100,
    fixedPromptBytes: 1000,
    kept: Array.from({ length: steps }, () => ({ asRead: 1, raw: 1 })),
    asides: 0,
    otherCores: 0,
    problem: null,
    ...part,
  };
}

describe('the report', () => {
  const peers = [{ name: 'heddle' }, { name: 'floor', yardstick: true as const }, { name: 'pi' }];
  const cells = (text: string, title: string) =>
    text
      .split('\n')
      .findLast((line) => line.includes(title))!
      .split('|')
      .slice(2, -1)
      .map((cell) => cell.trim());

  test('gives each value, its multiple of Heddle’s, and who is first', () => {
    const text = report(peers, [
      ...peers.map(({ name }) => runOf(name, 0, { startMs: { heddle: 150, floor: 50, pi: 300 }[name]! })),
      runOf('heddle', 20, {}),
      runOf('floor', 20, { gapsMs: Array.from({ length: 20 }, () => 3) }),
      runOf('pi', 20, {
        gapsMs: Array.from({ length: 20 }, (_, i) => (i < 10 ? 2 : 8)),
        cpuSeconds: 0.3,
        peakBytes: 99.9e6,
        kept: [
          { asRead: 1, raw: 0.5 },
          { asRead: 0.9, raw: 0.7 },
          { asRead: 1, raw: 0.75 },
        ],
      }),
    ]);
    expect(cells(text, 'start to first')).toEqual(['150', '50 (0.33×)', '300 (2.00×)', 'Heddle']);
    expect(cells(text, 'time per step (ms)')).toEqual(['4.0', '3.0 (0.75×)', '5.0 (1.25×)', 'Heddle']);
    expect(cells(text, 'last 10')).toEqual(['4.0', '3.0 (0.75×)', '8.0 (2.00×)', 'Heddle']);
    expect(cells(text, 'per 100 steps')).toEqual([
      '1.00',
      '1.00 (1.00×)',
      '0.50 (0.50×)',
      'pi; Heddle has 2.00× of it',
    ]);
    expect(cells(text, 'peak memory')[3]).toBe('Heddle, even with pi');
    expect(cells(text, 'messages, least')).toEqual(['100.0', '100.0 (1.00×)', '90.0 (0.90×)', 'Heddle']);
    expect(cells(text, 'raw body')[2]).toBe('70.0 (0.70×)');
  });

  test('leaves out what was disturbed or not valid where something better is known', () => {
    const text = report(peers, [
      runOf('heddle', 10, { peakBytes: 500e6, otherCores: 1.5 }),
      runOf('heddle', 10, { peakBytes: 80e6 }),
      runOf('pi', 10, { peakBytes: 120e6, otherCores: 0.5 }),
      runOf('pi', 10, { peakBytes: 10e6, problem: 'it ended' }),
    ]);
    expect(cells(text, 'peak memory')).toEqual(['80', '–', '120 (1.50×)', 'Heddle']);
    expect(cells(text, '| pi |')).toEqual(['2', '1', '1', '0.00 to 0.50', '0', 'it ended']);
  });

  test('says nothing of Heddle where it did not run', () => {
    const text = report([{ name: 'pi' }], [runOf('pi', 10, {})]);
    expect(cells(text, 'time per step (ms)')).toEqual(['4.0', '–']);
  });
});
