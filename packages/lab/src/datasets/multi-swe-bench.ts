import { basename, dirname } from 'node:path';
import * as z from 'zod/mini';
import type { DatasetFormat, DatasetOptions } from '../dataset.ts';
import { readEnvironments } from '../harness/environments.ts';
import type { Instance, Source } from '../instance.ts';
import { cloneOf } from './clones.ts';
import { firstRecord, parseRecord, readRecords } from './records.ts';
import { readCommands } from './swe-commands.ts';

const statuses = z.record(z.string(), z.object({ run: z.string(), test: z.string(), fix: z.string() }));
const issue = z.object({ number: z.number(), title: z.string(), body: z.nullish(z.string()) });

/** Multi-SWE-bench (Zan et al. 2025). */
const recordSchema = z.object({
  org: z.string(),
  repo: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.nullish(z.string()),
  base: z.object({ label: z.optional(z.string()), ref: z.optional(z.string()), sha: z.string() }),
  resolved_issues: z.array(issue),
  fix_patch: z.string(),
  test_patch: z.string(),
  lang: z.nullish(z.string()),
  tag: z.nullish(z.string()),
  number_interval: z.nullish(z.string()),
  /** Every test that the fix must make or keep passing, with how it ended without tests, with them, and with the fix. */
  fixed_tests: statuses,
  p2p_tests: z._default(statuses, {}),
});
type MultiRecord = z.infer<typeof recordSchema>;

/** Builds run inside the command. */
const TEST_SECONDS = 3_600;

/** Where the published images keep the repository. */
const HOME = '/home';

export const multiSweBench: DatasetFormat = {
  name: 'multi-swe-bench',
  about:
    'Multi-SWE-bench JSONL; --clones DIR (or --images) and --set commands=FILE, for its records bring no test command',
  async recognises(path) {
    const schema = z.object({
      org: z.string(),
      number: z.number(),
      fix_patch: z.string(),
      fixed_tests: z.looseObject({}),
    });
    return schema.safeParse(await firstRecord(path)).success;
  },
  async read(path, options) {
    const wanted = options.languages;
    const left = new Map<string, number>();
    const leave = (why: string): Instance[] => {
      left.set(why, (left.get(why) ?? 0) + 1);
      return [];
    };
    const { environments, settings } = options;
    const environmentOf = environments === undefined ? () => null : readEnvironments(environments);
    const commandOf = settings?.commands === undefined ? () => null : readCommands(settings.commands);
    const instances = (await readRecords(path)).flatMap((placed): Instance[] => {
      const record = parseRecord(recordSchema, placed);
      if (wanted !== undefined && !wanted.includes(record.lang ?? '')) return [];
      const repo = `${record.org}/${record.repo}`;
      const task = {
        id: `${record.org}__${record.repo}-${record.number}`,
        repo,
        version: record.number_interval ?? null,
      };
      const command = commandOf(task);
      if (command === null)
        return leave(`no test command is known for ${repo} (name one with --set commands=FILE)`);
      const files = filesOf(record, repo, path, options);
      if (files === null) return leave(`no clone of ${repo} (--clones DIR, or --images)`);
      const image = files.kind === 'image' ? { name: files.image, image: files.image } : null;
      return [
        {
          id: task.id,
          cluster: repo,
          statement: statementOf(record),
          files,
          checks: [],
          grading: {
            kind: 'tests',
            testPatch: record.test_patch,
            files: {},
            command: command.command,
            timeoutSeconds: TEST_SECONDS,
            parser: command.parser,
            failToPass: Object.keys(record.fixed_tests),
            passToPass: Object.keys(record.p2p_tests),
            evalType: command.evalType,
          },
          gold: record.fix_patch,
          environment: image ?? environmentOf(task),
          meta: metaOf(record, repo),
        },
      ];
    });
    const notes = [...left].map(([why, count]) => `${count} left out: ${why}`);
    return { name: basename(path).replace(/\.jsonl?(?:\.gz)?$/, ''), instances, notes };
  },
};

function filesOf(
  { org, repo, number, base }: MultiRecord,
  name: string,
  path: string,
  { images, clones = dirname(path) }: DatasetOptions,
): Source | null {
  if (images) {
    const image = `mswebench/${org}_m_${repo}:pr-${number}`.toLowerCase();
    return { kind: 'image', image, path: `${HOME}/${repo}` };
  }
  const repository = cloneOf(clones, name);
  return repository === null ? null : { kind: 'commit', repository, commit: base.sha };
}

/** The issues that the change resolves; without any, the change's own words. */
function statementOf({ resolved_issues, title, body }: MultiRecord): string {
  const told = resolved_issues.length > 0 ? resolved_issues : [{ title, body }];
  return told.map((each) => [each.title, each.body ?? ''].join('\n\n').trim()).join('\n\n');
}

function metaOf(record: MultiRecord, repo: string): Record<string, unknown> {
  const { number, base, lang, tag, number_interval } = record;
  const optional = Object.entries({ language: lang, tag, number_interval }).filter(
    ([, value]) => value != null,
  );
  return { repo, number, base_commit: base.sha, ...Object.fromEntries(optional) };
}
