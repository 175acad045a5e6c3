import * as z from 'zod/mini';
import { OperatorError } from './errors.ts';
import { digestOf } from './objects.ts';
import type { ObjectStore, Store } from './store.ts';
import { bodyText, canonicalJson, NODE_KINDS, textsBehind, type VersionTree } from './version.ts';
import type { VersionName } from './version-register.ts';

/**
 * Keeps a tree and every text behind it, and numbers it and its parts: each node, the prompts of agents and ops as
 * `agent.prompt` (a tool's description is part of the tool), and configurations under the name of whose they are.
 * `rollout`: who ran with it. `beside`: trees that are kept without being numbered.
 */
export function recordVersion(
  store: Store,
  tree: VersionTree,
  options: { readonly at: number; readonly rollout?: string; readonly beside?: readonly VersionTree[] },
): void {
  const { at, rollout, beside = [] } = options;
  const whole = nameOf(tree);
  const known = store.versions.has(whole);
  if (known && rollout === undefined) return;
  const nodes = known ? [] : nodesOf(tree);
  store.versions.record({
    whole,
    parts: nodes.flatMap((node) => [nameOf(node), ...promptsOf(node), ...configurationOf(node)]),
    texts: known ? [] : missingTexts(store.objects, [...beside, ...nodes]),
    at,
    ...(rollout === undefined ? {} : { rollout }),
  });
}

/** What is not kept yet, each text once: tools share most of their files. */
function missingTexts(objects: ObjectStore, nodes: readonly VersionTree[]): string[] {
  const behind = new Map(nodes.flatMap((node) => [...textsBehind(node)]));
  const missing = [...behind].filter(([digest]) => !objects.has(digest)).map(([, read]) => read());
  const configs = nodes.flatMap(({ config }) => (config === null ? [] : [canonicalJson(config)]));
  return [...missing, ...configs, ...nodes.map(bodyText)];
}

/** Each node once, whatever uses it. */
function nodesOf(tree: VersionTree, found = new Map<string, VersionTree>()): VersionTree[] {
  if (!found.has(tree.digest)) {
    found.set(tree.digest, tree);
    for (const used of tree.uses) nodesOf(used, found);
  }
  return [...found.values()];
}

function nameOf({ kind, name, digest }: VersionTree): VersionName {
  return { kind, name, digest };
}

function promptsOf({ kind, name, prompts }: VersionTree): VersionName[] {
  if (kind === 'tool') return [];
  return Object.entries(prompts).map(([prompt, digest]) => ({
    kind: 'prompt',
    name: `${name}.${prompt}`,
    digest,
  }));
}

function configurationOf({ kind, name, config }: VersionTree): VersionName[] {
  if (kind === 'tool' || config === null) return [];
  return [{ kind: 'configuration', name, digest: digestOf(canonicalJson(config)) }];
}

const record = z.record(z.string(), z.string());
/** Trees of before there were kinds named none, and used none. */
const bodySchema = z.object({
  kind: z._default(z.enum(NODE_KINDS), 'agent'),
  name: z.string(),
  files: record,
  prompts: record,
  config: z.unknown(),
  uses: z.array(z.string()),
});

/** A recorded tree; null: it was never recorded here. Throws OperatorError `version-damaged`. */
export function readVersion(objects: ObjectStore, digest: string): VersionTree | null {
  const text = textOf(objects, digest);
  if (text === null) return null;
  const parsed = bodySchema.safeParse(jsonOf(text));
  if (!parsed.success) throw damaged(digest);
  const { kind, name, files, prompts, config = null, uses } = parsed.data;
  const read = uses.map((each) => {
    const used = readVersion(objects, each);
    if (used === null) throw damaged(each);
    return used;
  });
  return { kind, name, digest, files, prompts, config, uses: read };
}

/** A text by its digest; null: it is not kept here. */
export function textOf(objects: ObjectStore, digest: string): string | null {
  return objects.has(digest) ? Buffer.from(objects.get(digest)).toString('utf8') : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(digest: string): OperatorError {
  return new OperatorError('version-damaged', `the version ${digest.slice(0, 12)} cannot be read`, {
    hint: 'compare another one; the rollouts themselves are unaffected',
  });
}
