import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { messageOf, OperatorError } from '@heddle/core';
import { taskOfIssue } from './issue-markdown.ts';

/** A task goes into the prompt as a whole; a longer one is a log or a wrong file. */
const MAX_TASK_BYTES = 256 * 1024;

export interface StandardInput {
  readonly isTTY?: boolean;
  read(): Promise<Buffer>;
}

/**
 * The task a person gives: words, `@file`, the path of a file, or `-` (and nothing at all when something is piped in)
 * for standard input.
 *
 * @throws OperatorError `no-task`, `bad-task`.
 */
export async function readTask(words: readonly string[], input: StandardInput): Promise<string> {
  const given = words.join(' ').trim();
  if (given === '-' || (given === '' && input.isTTY !== true)) {
    return checked(await input.read(), 'standard input');
  }
  if (given === '') throw noTask('no task was given');
  const [only] = words.length === 1 ? words : [];
  if (only?.startsWith('@')) return checked(fileBytes(only.slice(1)), only.slice(1));
  const stat = only === undefined || only.includes('\n') ? undefined : statOf(only);
  if (stat?.isFile()) return checked(fileBytes(only!), only!);
  if (stat?.isDirectory()) {
    throw new OperatorError('bad-task', `the task ${only} is a folder`, {
      hint: 'write the task in words, or name a file; the repository goes with --repo',
    });
  }
  return given;
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // too long for a path, or a file where a folder should be: it is words
  }
}

function fileBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new OperatorError('bad-task', `cannot read the task: ${messageOf(cause)}`, {
      cause,
      hint: 'give the path of a text file after @, or the task in words',
    });
  }
}

function checked(bytes: Buffer, where: string): string {
  if (bytes.length > MAX_TASK_BYTES) {
    const kilobytes = Math.round(bytes.length / 1024);
    throw new OperatorError('bad-task', `the task in ${where} is ${kilobytes} KB long`, {
      hint: `at most ${MAX_TASK_BYTES / 1024} KB; put long logs into the repository and name them in the task`,
    });
  }
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new OperatorError('bad-task', `the task in ${where} is no UTF-8 text`, {
      hint: 'give a text or Markdown file',
    });
  }
  const task = taskOfIssue(bytes.toString('utf8'));
  if (task === '') throw noTask(`the task in ${where} is empty`);
  return task;
}

function noTask(message: string): OperatorError {
  return new OperatorError('no-task', message, {
    hint: 'heddle solve "what is wrong or wanted", @file, or - for standard input',
  });
}
