import * as z from 'zod/mini';

const strings = z.array(z.string());
const named = z.record(z.string(), z.string());

const sourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inline'), files: named }),
  z.object({ kind: z.literal('folder'), path: z.string(), hidden: strings }),
  z.object({
    kind: z.literal('commit'),
    repository: z.string(),
    commit: z.string(),
    patch: z.optional(z.string()),
    folder: z.optional(z.string()),
    hidden: z.optional(strings),
  }),
  z.object({
    kind: z.literal('image'),
    image: z.string(),
    path: z.string(),
    patch: z.optional(z.string()),
  }),
]);

const gradingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('tests'),
    testPatch: z._default(z.string(), ''),
    files: z._default(z.record(z.string(), z.nullable(z.string())), {}),
    command: z.string(),
    timeoutSeconds: z.number().check(z.positive()),
    parser: z._default(z.string(), 'exit-code'),
    failToPass: z._default(strings, ['tests']),
    passToPass: z._default(strings, []),
    evalType: z.optional(z.enum(['pass_and_fail', 'fail_only'])),
  }),
  z.object({
    kind: z.literal('reward'),
    tests: z.string(),
    command: z.string(),
    timeoutSeconds: z.number().check(z.positive()),
    resolvedFrom: z._default(z.number(), 1),
  }),
]);

const checkSchema = z.object({
  name: z.string(),
  command: z.string(),
  framework: z._default(z.string(), 'plain'),
  timeoutSeconds: z._default(z.number().check(z.positive()), 300),
});

const environmentSchema = z.object({
  name: z.string(),
  image: z.optional(z.string()),
  shown: z.optional(strings),
  path: z.optional(strings),
  variables: z.optional(named),
  setup: z.optional(strings),
});

/** An `Instance` as one JSON object, with what may be left out of it. */
export const instanceSchema = z.object({
  id: z.string().check(z.minLength(1)),
  cluster: z._default(z.string(), 'all'),
  statement: z.string().check(z.minLength(1)),
  files: sourceSchema,
  checks: z._default(z.array(checkSchema), []),
  grading: gradingSchema,
  gold: z._default(z.nullable(z.string()), null),
  environment: z._default(z.nullable(environmentSchema), null),
  tries: z.optional(z.int().check(z.positive())),
  meta: z._default(z.record(z.string(), z.unknown()), {}),
});
