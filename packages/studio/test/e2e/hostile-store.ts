import type { RolloutEvent, Store } from '@heddle/core';
import { type ExperimentPlan, newExperiment, type TrialResult } from '@heddle/lab';

/** What runs if it is taken for markup, each in its way; `pwned` is what the test looks for. */
export const ATTACKS: readonly string[] = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 2">',
  '<svg onload="window.pwned = 3"><animate onbegin="window.pwned = 3"/></svg>',
  '"><iframe srcdoc="<script>parent.pwned = 4</script>"></iframe>',
  '<a href="javascript:window.pwned = 5">click</a>',
  '[click](javascript:window.pwned=6)',
  '{{constructor.constructor("window.pwned = 7")()}}',
  '</script><script>window.pwned = 8</script>',
  '\u001b]8;;javascript:window.pwned=9\u0007click\u001b]8;;\u0007',
  '\u001b[31m<img src=x onerror=window.pwned=10>\u001b[0m',
  '<style>@import "http://evil.example/a.css"; body { display: none }</style>',
  '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
  '<link rel=stylesheet href=http://evil.example/b.css>',
  '\u202Egnp.exe\u2066 \u0000\u0008\ufeff',
  '__proto__',
  'constructor',
];

const ALL = ATTACKS.join('\n');
const SNAPSHOT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** A picture that is a script to whoever does not look at its type. */
const SVG = `<svg xmlns="http://www.w3.org/2000/svg"><script>top.pwned = 11</script><rect width="9" height="9"/></svg>`;
const POLYGLOT = `<!doctype html><script>top.pwned = 12</script>`;

function patch(attack: string): string {
  const name = attack.replaceAll(/[\n\r\0]/g, '').slice(0, 80);
  return `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1,2 +1,2 @@ ${name}\n-${name}\n+${attack}\n ${name}\n`;
}

export interface HostileStore {
  readonly experiment: string;
  readonly rollouts: readonly string[];
  /** Objects that a page could ask for as pictures or texts. */
  readonly objects: readonly string[];
}

/** An experiment of two agents in which every text that an agent, a task or a file can choose is hostile. */
export function hostileStore(store: Store): HostileStore {
  const objects = [SVG, POLYGLOT, ALL].map((text) => store.objects.put(text));
  const instances = ATTACKS.map((attack, at) => ({ id: `${attack}-${at}`, cluster: ATTACKS[at % 3]! }));
  const agents = [`${ATTACKS[1]}`, `b ${ATTACKS[4]}`].map((name) => ({
    ...{ name, spec: ATTACKS[0]!, kind: 'heddle' as const, version: 'v', model: ATTACKS[1]! },
  }));
  const plan: ExperimentPlan = {
    format: 1,
    dataset: { name: ALL, format: 'heddle', path: ATTACKS[0]!, version: 'v', chosen: 'v', options: {} },
    instances,
    agents,
    ...{ attempts: 1, limits: {}, seed: 0, sandbox: 'auto', network: false, scorers: [] },
  };
  const { experiment } = newExperiment(store, plan, ATTACKS[1]!);
  const rollouts: string[] = [];
  for (const [at, row] of store.experiments.trials(experiment).entries()) {
    const rollout = `hostile${String(at).padStart(5, '0')}`;
    const attack = ATTACKS[at % ATTACKS.length]!;
    write(store, rollout, attack, objects);
    store.experiments.begin(row, rollout);
    store.experiments.grade(row, rollout, resultOf(store, at, attack));
    rollouts.push(rollout);
  }
  return { experiment, rollouts, objects };
}

function resultOf(store: Store, at: number, attack: string): TrialResult {
  const resolved = at % 3 === 0;
  return {
    ...{
      status: attack,
      resolved,
      reward: null,
      probability: 0.5,
      usd: 0.1,
      inputTokens: 1,
      outputTokens: 1,
    },
    ...{ cachedTokens: 0, steps: 1, seconds: 1, gradeSeconds: 1, patch: 'applied' as const, flags: [attack] },
    patchDigest: store.objects.put(patch(attack)),
    verdictDigest: store.objects.put(JSON.stringify({ tests: { [attack]: attack } })),
    infra: at % 5 === 4 ? { class: attack, code: attack, message: attack } : null,
  };
}

function write(store: Store, rollout: string, attack: string, objects: readonly string[]): void {
  const events: RolloutEvent[] = [
    {
      type: 'rollout.started',
      task: { text: `${attack}\n${ALL}`, repo: `/${attack}`, commit: null },
      agent: { name: attack, version: 'v' },
      config: {
        ...{
          model: attack,
          seed: 0,
          limits: { steps: 9, usd: 1, tokens: 1, seconds: 1 },
          checksFrom: 'option',
        },
        checks: [{ name: attack, command: attack, framework: 'plain', timeoutSeconds: 1 }],
        ...{ sandbox: attack, network: false, tools: [attack] },
      },
      heddle: attack,
    },
    {
      type: 'workspace.prepared',
      snapshot: SNAPSHOT,
      sandbox: attack,
      root: attack,
      notes: [attack],
      tree: ALL,
    },
    { type: 'check.started', step: 0, check: attack, snapshot: SNAPSHOT },
    {
      ...{
        type: 'check.completed',
        step: 0,
        check: attack,
        snapshot: SNAPSHOT,
        output: objects[2]!,
        seconds: 1,
      },
      outcome: { status: 'failed', exitCode: 1, counts: null, failing: [attack, ...ATTACKS] },
    },
    { type: 'note.added', from: 'user', about: 'instruction', text: ALL },
    { type: 'model.requested', step: 1, digest: 'd', bytes: 1, messages: 1 },
    {
      ...{ type: 'model.completed', step: 1, finish: 'tool-calls', usd: 0.1, seconds: 1, model: attack },
      content: [
        { type: 'reasoning', text: ALL },
        { type: 'text', text: `${attack}\n${ALL}` },
        { type: 'call', id: 'c1', tool: 'bash', input: JSON.stringify({ command: attack }) },
        { type: 'call', id: 'c2', tool: attack, input: ALL },
      ],
      usage: { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 1, reasoningTokens: 0 },
    },
    { type: 'action.started', step: 1, call: 'c1', tool: 'bash', input: { command: attack } },
    {
      ...{
        type: 'action.completed',
        step: 1,
        call: 'c1',
        outcome: 'ok',
        content: `${attack}\n${ALL}`,
        seconds: 1,
      },
      ...{ details: { exitCode: 0, [attack]: attack }, output: objects[2]!, snapshot: SNAPSHOT },
      images: [
        { mediaType: 'image/svg+xml', object: objects[0]! },
        { mediaType: 'text/html', object: objects[1]! },
        { mediaType: 'image/png', object: objects[1]! },
      ],
      changed: [{ path: attack, status: 'modified' }],
    },
    { type: 'action.started', step: 1, call: 'c2', tool: attack, input: { [attack]: ALL } },
    {
      ...{
        type: 'action.completed',
        step: 1,
        call: 'c2',
        outcome: 'error',
        content: ALL,
        seconds: 1,
        output: null,
      },
      ...{ details: null, snapshot: SNAPSHOT, changed: [] },
    },
    { type: 'view.refreshed', step: 1, view: attack, outcome: 'ok', content: ALL, seconds: 1 },
    {
      ...{ type: 'rollout.completed', status: 'unverified', verified: false, probability: 0.5, reason: ALL },
      ...{ why: attack, patch: store.objects.put(patch(attack)), snapshot: SNAPSHOT },
    },
  ];
  for (const [position, event] of events.entries()) {
    const at = 1_790_000_000_000 + position * 1000;
    if (position === 0) store.create({ rollout, parent: null, createdAt: at }, { event, at });
    else store.append(rollout, position, event, at);
  }
}
