import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { issueText, messageOf, OperatorError, systemCode } from '@heddle/core';
import { parse } from 'yaml';
import * as z from 'zod/mini';

const questionSchema = z.strictObject({
  /** Short; its score is `RUBRIC.name`. */
  name: z.string().check(z.regex(/^[\w-]{1,40}$/)),
  /** One that yes answers well. */
  ask: z.string().check(z.minLength(1)),
  weight: z.optional(z.number().check(z.positive())),
});

const rubricSchema = z.strictObject({
  name: z.optional(z.string().check(z.regex(/^[\w-]{1,40}$/))),
  /** As `--model` takes it. */
  model: z.optional(z.string()),
  /** Compare with the published patch, or with what another agent handed in, instead of asking about the patch alone. */
  against: z.optional(z.union([z.literal('gold'), z.strictObject({ agent: z.string() })])),
  questions: z.array(questionSchema).check(z.minLength(1), z.maxLength(20)),
});

export interface Rubric extends z.infer<typeof rubricSchema> {
  readonly name: string;
}

/** What a reviewer looks for, where the user has no rubric of their own. */
export const REVIEW: Rubric = {
  name: 'rubric',
  questions: [
    {
      name: 'cause',
      ask: 'Does the patch mend the cause of what the task describes, rather than a symptom?',
      weight: 3,
    },
    { name: 'whole', ask: 'Does the patch do all that the task asks?', weight: 3 },
    {
      name: 'safe',
      ask: 'Does the patch leave behaviour alone that the task does not ask to change?',
      weight: 2,
    },
    {
      name: 'lean',
      ask: 'Is the patch free of changes that the task does not need (debugging, scratch files, reformatting)?',
      weight: 1,
    },
    {
      name: 'clear',
      ask: 'Would an experienced maintainer of this project merge the code as it is written?',
      weight: 1,
    },
  ],
};

/** Reads a rubric (YAML or JSON). Throws OperatorError `no-such-rubric`, `rubric-unreadable`. */
export function readRubric(file: string): Rubric {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(
      'no-such-rubric',
      `the rubric ${file} cannot be read (${systemCode(cause) ?? messageOf(cause)})`,
      {
        cause,
        hint: 'name a file of questions: docs/scorers.md shows one',
      },
    );
  }
  try {
    const parsed = rubricSchema.safeParse(parse(text));
    if (!parsed.success) throw new Error(issueText(parsed.error.issues[0]!));
    const twin = parsed.data.questions.find(
      ({ name }, at, all) => all.findIndex((each) => each.name === name) !== at,
    );
    if (twin !== undefined) throw new Error(`two questions are called ${twin.name}`);
    return {
      ...parsed.data,
      name: parsed.data.name ?? basename(file, extname(file)).replaceAll(/[^\w-]/g, '-'),
    };
  } catch (cause) {
    throw new OperatorError('rubric-unreadable', `${file}: ${messageOf(cause).split('\n', 1)[0]}`, {
      cause,
      hint: 'a rubric has questions, each with a name and what to ask: docs/scorers.md shows one',
    });
  }
}
