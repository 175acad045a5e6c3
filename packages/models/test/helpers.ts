import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModelV4FunctionTool, LanguageModelV4Message } from '@ai-sdk/provider';
import type { ContentPart } from '@heddle/core';
import { onTestFinished } from 'vitest';
import type { ModelsConfig } from '../src/index.ts';
import { openModel } from '../src/index.ts';
import { type StandinName, type StandinScript, startStandin } from './standins/index.ts';

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle models ü '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A stand-in with this script and the model that talks to it; both gone when the test is over. */
export async function standinModel(name: StandinName, script: StandinScript, config: ModelsConfig = {}) {
  const standin = await startStandin(name, script);
  onTestFinished(() => standin.close());
  const model = await openModel(standin.spec, { home: '/nowhere', env: standin.env, config });
  return { standin, model };
}

export const user = (text: string): LanguageModelV4Message => ({
  role: 'user',
  content: [{ type: 'text', text }],
});

export const system = (content: string): LanguageModelV4Message => ({ role: 'system', content });

/**
 * A reply sent back the way an agent does it: metadata returns as provider options, and an input that is no JSON
 * object goes inside one, because no provider takes it otherwise.
 */
export function assistant(content: readonly ContentPart[]): LanguageModelV4Message {
  return {
    role: 'assistant',
    content: content.map((part) => {
      const extra = part.metadata === undefined ? {} : { providerOptions: part.metadata as never };
      return part.type === 'call'
        ? {
            type: 'tool-call',
            toolCallId: part.id,
            toolName: part.tool,
            input: objectOf(part.input),
            ...extra,
          }
        : { type: part.type, text: part.text, ...extra };
    }),
  };
}

function objectOf(input: string): object {
  try {
    return JSON.parse(input) as object;
  } catch {
    return { invalid_json: input };
  }
}

export function results(content: readonly ContentPart[], text = 'done'): LanguageModelV4Message {
  return {
    role: 'tool',
    content: content.flatMap((part) =>
      part.type === 'call'
        ? [
            {
              type: 'tool-result' as const,
              toolCallId: part.id,
              toolName: part.tool,
              output: { type: 'text' as const, value: text },
            },
          ]
        : [],
    ),
  };
}

export const BASH: LanguageModelV4FunctionTool = {
  type: 'function',
  name: 'bash',
  description: 'Runs a command.',
  inputSchema: {
    type: 'object',
    properties: {
      command: { type: 'string', description: 'shell text' },
      timeout: { type: 'number', default: 30 },
    },
    required: ['command'],
    additionalProperties: false,
  },
};

export const EDIT: LanguageModelV4FunctionTool = {
  type: 'function',
  name: 'edit',
  description: 'Changes a file.',
  inputSchema: {
    type: 'object',
    properties: {
      command: { enum: ['create', 'replace'] },
      path: { type: 'string' },
      text: { type: 'string' },
      edits: {
        type: 'array',
        items: {
          type: 'object',
          properties: { old: { type: 'string' }, new: { type: 'string' } },
          required: ['old', 'new'],
        },
      },
    },
    required: ['command', 'path'],
    additionalProperties: false,
  },
};

/** Retries without waiting, noting each. */
export function impatient() {
  const waits: number[] = [];
  const retried: string[] = [];
  return {
    waits,
    retried,
    options: {
      sleep: async (seconds: number) => {
        waits.push(seconds);
      },
      onRetry: (error: { code: string }) => {
        retried.push(error.code);
      },
    },
  };
}
