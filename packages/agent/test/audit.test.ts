import { rmSync } from 'node:fs';
import { scriptedModel } from '@heddle/models';
import { chooseSandbox } from '@heddle/workspace';
import { expect, it } from 'vitest';
import { runAgent } from '../src/compose/run-agent.ts';
import { solo } from '../src/compose/solo-agent.ts';
import { audit } from '../src/guard/audit.ts';
import { stateOf } from '../src/result.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, FINISH, HOST, repository, runtime, SOLVING } from './support.ts';

const task = 'sum() leaves out the first number';
const END = [{ calls: [FINISH] }, { calls: [FINISH] }];

it('an honest rollout is clean', async () => {
  const at = runtime();
  const { rollout } = await solve(
    { task, repo: repository(BUGGY), model: scriptedModel(SOLVING), ...HOST },
    at,
  );
  const report = await audit(at.store, rollout, at.home);
  expect(report).toMatchObject({
    clean: true,
    refusals: [],
    tampering: [],
    risky: [],
    requests: [],
    gaps: [],
  });
  expect(report.actions.map(({ tool, effects }) => [tool, effects.map(({ kind }) => kind)])).toEqual([
    ['bash', ['read']],
    ['edit', ['write']],
    ['finish', []],
    ['finish', []],
  ]);
});

it('an agent made of agents did what its rollouts did', async () => {
  const at = runtime();
  const model = scriptedModel([bash('git push'), ...END]);
  const agent = { agent: solo, spec: 'solo', openModel: async () => model };
  const { rollout } = await runAgent({ task, repo: repository(BUGGY), model, ...HOST, ...agent }, at);
  const report = await audit(at.store, rollout, at.home);
  expect(report).toMatchObject({ clean: false, actions: [], risky: [] });
  expect(report.parts).toMatchObject([{ clean: false, risky: [{ kind: 'publish' }, { kind: 'network' }] }]);
});

it('finds in any mode what was done, follows the shell’s folder, and tells what was refused apart', async () => {
  const at = runtime({ guard: { rules: { effects: { publish: 'deny' } } } });
  const steps = [
    'cd /tmp',
    'false && echo x > ~/nothing-here',
    'cd -; git log --all --oneline',
    'git push origin',
    'rm *.test.js',
  ];
  const { rollout } = await solve(
    {
      task,
      repo: repository(BUGGY),
      checks: [],
      model: scriptedModel([...steps.map(bash), ...END]),
      ...HOST,
    },
    at,
  );

  const report = await audit(at.store, rollout, at.home);
  expect(report.clean).toBe(false);
  expect(report.risky.map(({ step, kind, target }) => [step, kind, target])).toEqual([
    [2, 'outside', '~/nothing-here'],
    [3, 'peek', undefined],
    [5, 'delete-tests', '*.test.js'],
  ]);
  expect(report.refusals.map(({ step, guard }) => [step, guard?.by])).toEqual([[4, 'rule']]);
  expect(report.tampering).toEqual([
    {
      kind: 'test-deleted',
      path: 'sum.test.js',
      line: null,
      reason: 'the file is gone with 2 tests',
      severity: 'grave',
    },
  ]);
});

it('says what it could not look at', async () => {
  const at = runtime();
  const repo = repository(BUGGY);
  const { rollout } = await solve(
    { task, repo, checks: [], model: scriptedModel([bash('rm sum.test.js'), ...END]), ...HOST },
    at,
  );
  rmSync(repo, { recursive: true });
  const { gaps, tampering, clean } = await audit(at.store, rollout, at.home);
  expect(gaps[0]).toContain('the change could not be read');
  expect({ tampering, clean }).toEqual({ tampering: [], clean: false });
});

const walls = await chooseSandbox('auto').catch(() => null);
it.skipIf(walls === null)(
  `requests through the allow-list are journaled and audited${walls === null ? ' (skipped: no sandbox)' : ''}`,
  async () => {
    const watched: string[] = [];
    const base = runtime({ guard: { allowHosts: ['pypi.org'] } });
    const at = {
      ...base,
      observer: {
        event: (recorded: (typeof base.seen)[number]) => base.seen.push(recorded),
        network: ({ host, allowed }: { host: string; allowed: boolean }) =>
          watched.push(`${host} ${allowed}`),
      },
    };
    const ask = `node -e 'require("http").get({ host: "127.0.0.1", port: 43128, path: "http://example.invalid/" }, (r) => r.pipe(process.stdout))'`;
    const model = scriptedModel([bash(`${ask}; ${ask}`), ...END]);
    const { rollout } = await solve({ task, repo: repository(BUGGY), checks: [], model }, at);
    const [asked] = at.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
    expect(asked?.content).toContain('whoever runs Heddle can add it with --allow-host example.invalid');
    expect(asked?.details).toMatchObject({
      exitCode: 0,
      guard: { requests: [{ host: 'example.invalid', allowed: false }] },
    });
    expect(watched).toEqual(['example.invalid false', 'example.invalid false']);
    const prompt = JSON.stringify(stateOf(at.store.read(rollout)).prompt);
    expect(prompt).toContain(
      'Network: commands reach pypi.org through the proxy of HTTP_PROXY, and nothing else.',
    );
    const report = await audit(at.store, rollout, at.home);
    expect(report.requests).toEqual([{ step: 1, host: 'example.invalid', allowed: false }]);
    expect(report.clean).toBe(false);
  },
);
