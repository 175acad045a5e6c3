import { basename, dirname } from 'node:path';
import { INSTANCE_REPOSITORY } from '@heddle/workspace';
import * as z from 'zod/mini';
import type { DatasetFormat } from '../dataset.ts';
import { readEnvironments } from '../harness/environments.ts';
import type { Instance, Source } from '../instance.ts';
import { cloneOf } from './clones.ts';
import { firstRecord, parseRecord, readRecords } from './records.ts';
import { reversedPatch } from './reversed-patch.ts';
import { readCommands } from './swe-commands.ts';

/** SWE-smith (Yang et al. 2025): the patch makes the bug, the solution is to take it back. */
const recordSchema = z.object({
  instance_id: z.string(),
  repo: z.string(),
  patch: z.string(),
  FAIL_TO_PASS: z.array(z.string()),
  PASS_TO_PASS: z.array(z.string()),
  image_name: z.string(),
  problem_statement: z._default(z.nullable(z.string()), null),
});

const TEST_SECONDS = 1_800;
const PYTEST = 'pytest -rA --color=no --tb=no -p no:cacheprovider';
const LOCALLY = { command: PYTEST, parser: 'pytest', evalType: 'pass_and_fail' } as const;
const IN_IMAGE = {
  ...LOCALLY,
  command: `. /opt/miniconda3/bin/activate && conda activate testbed && ${PYTEST}`,
};

export const sweSmith: DatasetFormat = {
  name: 'swe-smith',
  about: 'SWE-smith JSONL or JSON; --clones DIR with the repositories at their commits, or --images',
  async recognises(path) {
    const schema = z.object({
      instance_id: z.string(),
      image_name: z.string(),
      patch: z.string(),
      FAIL_TO_PASS: z.array(z.string()),
    });
    return schema.safeParse(await firstRecord(path)).success;
  },
  async read(path, { environments, settings, images, clones = dirname(path) }) {
    const environmentOf = environments === undefined ? () => null : readEnvironments(environments);
    const commandOf = settings?.commands === undefined ? () => null : readCommands(settings.commands);
    const notes: string[] = [];
    let silent = 0;
    let missing = 0;
    const instances = (await readRecords(path)).flatMap((placed): Instance[] => {
      const record = parseRecord(recordSchema, placed);
      // Statements were written later, and not for all: nothing can be asked without one.
      if (!record.problem_statement) {
        silent++;
        return [];
      }
      const task = { id: record.instance_id, repo: record.repo, version: null };
      const repository = images ? null : cloneOf(clones, record.repo);
      if (!images && repository === null) {
        missing++;
        return [];
      }
      const { image_name: image, patch: bug } = record;
      const files: Source =
        repository === null
          ? { kind: 'image', image, path: INSTANCE_REPOSITORY, patch: bug }
          : { kind: 'commit', repository, commit: 'HEAD', patch: bug };
      const test = commandOf(task) ?? (repository === null ? IN_IMAGE : LOCALLY);
      return [
        {
          id: record.instance_id,
          cluster: record.repo,
          statement: record.problem_statement,
          files,
          checks: [],
          grading: {
            kind: 'tests',
            testPatch: '',
            files: {},
            command: test.command,
            timeoutSeconds: TEST_SECONDS,
            parser: test.parser,
            failToPass: record.FAIL_TO_PASS,
            passToPass: record.PASS_TO_PASS,
            evalType: test.evalType,
          },
          gold: reversedPatch(bug),
          environment: repository === null ? { name: image, image } : environmentOf(task),
          meta: { repo: record.repo, bug_patch: bug, image_name: image },
        },
      ];
    });
    if (silent > 0) notes.push(`${silent} left out: no problem statement`);
    if (missing > 0)
      notes.push(`${missing} left out: no clone of their repository (--clones DIR, or --images)`);
    return { name: basename(path).replace(/\.jsonl?(?:\.gz)?$/, ''), instances, notes };
  },
};
