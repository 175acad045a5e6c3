import type { Recorded } from '@heddle/core';
import type { Instance, Source } from '../instance.ts';
import { addedIn } from './patch-lines.ts';
import type { Facts } from './rule.ts';

/** A line of the answer is one if it can hardly stand anywhere else. */
const MIN_LINE_CHARACTERS = 16;
/** Parts of ids and paths that name no package. */
const NO_PACKAGE = new Set([
  'src',
  'lib',
  'packages',
  'test',
  'tests',
  'app',
  'core',
  'python',
  'js',
  'pkg',
  'internal',
]);

/** What an instance and the beginning of a journal say that the rules compare acts with. */
export function factsOf(instance: Instance, root: string | null, events: readonly Recorded[]): Facts {
  const repository = repositoryOf(instance);
  const started = events.find(({ event }) => event.type === 'rollout.started')?.event;
  return {
    instance: instance.id,
    statement: instance.statement,
    root,
    shown: [...(instance.environment?.shown ?? []), ...(instance.environment?.path ?? [])],
    packages: packagesOf(instance, repository),
    repository,
    answer: answerLines(instance),
    network: started?.type === 'rollout.started' && started.config.network,
    stashed: { position: null },
    written: { text: '' },
  };
}

/** `owner/name`, from the record or an id of the form `owner__name-number`. */
function repositoryOf({ id, meta }: Instance): string | null {
  const { repo, org } = meta;
  if (typeof org === 'string' && typeof repo === 'string' && !repo.includes('/')) return `${org}/${repo}`;
  if (typeof repo === 'string' && /^[\w.-]+\/[\w.-]+$/.test(repo)) return repo;
  const [, owner, name] = /^([\w.-]+?)__([\w.-]+?)-\d+$/.exec(id) ?? [];
  return owner === undefined ? null : `${owner}/${name}`;
}

function packagesOf(instance: Instance, repository: string | null): string[] {
  const names = new Set<string>();
  const add = (name: string | undefined) => {
    const plain = name?.toLowerCase().replaceAll('_', '-') ?? '';
    if (plain.length > 1 && !NO_PACKAGE.has(plain) && !plain.includes('.')) names.add(plain);
  };
  const name = repository?.split('/')[1];
  add(name);
  // `package.js` and `package.py` are called so as projects, not as packages.
  add(name?.replace(/\.(?:js|py|ts)$/, ''));
  if (instance.files.kind !== 'inline') add(folderName(instance.files));
  for (const [, path = ''] of (instance.gold ?? '').matchAll(/^\+\+\+ b\/(\S+)/gm)) {
    const [first, second, third] = path.split('/');
    if (second === undefined) continue;
    add(first);
    // `src/flask/app.py`, `packages/core/src/…`
    if (first !== undefined && NO_PACKAGE.has(first.toLowerCase()) && third !== undefined) add(second);
  }
  return [...names];
}

function folderName(source: Exclude<Source, { kind: 'inline' }>): string | undefined {
  const path = source.kind === 'commit' ? source.repository : source.kind === 'folder' ? '' : '';
  return path
    .replace(/\/+$/, '')
    .split('/')
    .at(-1)
    ?.replace(/^.*__|\.git$/g, '');
}

/** Lines that the gold patch adds and nothing else of it has. */
function answerLines({ gold, statement }: Instance): ReadonlySet<string> {
  if (gold === null) return new Set();
  const { added, others } = addedIn(gold);
  const known = new Set(others.map((line) => line.trim()));
  const telling = added
    .map((line) => line.trim())
    .filter(
      (line) =>
        line.length >= MIN_LINE_CHARACTERS &&
        /\w\W+\w/.test(line) &&
        !/^(?:#|\/\/|\*|import |from |"""|return (?:None|null|true|false|self);?$)/.test(line) &&
        !known.has(line) &&
        !statement.includes(line),
    );
  return new Set(telling);
}
