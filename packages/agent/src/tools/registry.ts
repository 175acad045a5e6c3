import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import { traitsOf } from '../model-traits.ts';
import type { Tool } from '../tool.ts';
import { askTool } from './ask.ts';
import { bashTool } from './bash.ts';
import { editTool } from './edit.ts';
import { finishTool } from './finish.ts';

/** Every tool by name; the opt-in ones are loaded when asked for. */
const REGISTRY = {
  ask: async () => askTool as Tool,
  bash: async () => bashTool as Tool,
  edit: async () => editTool as Tool,
  finish: async () => finishTool as Tool,
  browse: async () => (await import('./browse.ts')).browseTool as Tool,
  code: async () => (await import('./code.ts')).codeTool as Tool,
  localize: async () => (await import('./localize.ts')).localizeTool as Tool,
  attempt: async () => (await import('./attempt.ts')).attemptTool as Tool,
  apply_patch: async () => (await import('./apply-patch.ts')).applyPatchTool as Tool,
  recall: async () => (await import('./recall.ts')).recallTool as Tool,
  plan: async () => (await import('./plan.ts')).planTool as Tool,
  watch: async () => (await import('./watch.ts')).watchTool as Tool,
  search: async () => (await import('./search.ts')).searchTool as Tool,
  navigate: async () => (await import('./navigate.ts')).navigateTool as Tool,
} satisfies Record<string, () => Promise<Tool>>;

/** Of every tool there is but those of servers. */
export const TOOL_NAMES: readonly string[] = Object.keys(REGISTRY);

const DEFAULT_TOOLS = ['bash', 'edit', 'recall', 'ask', 'finish'] as const;

/** The tools a model gets without asking: those of its family's trained form of edits beside the default ones. */
export function defaultToolsOf(modelId: string): readonly string[] {
  if (!traitsOf(modelId).patches) return DEFAULT_TOOLS;
  return DEFAULT_TOOLS.flatMap((name) => (name === 'edit' ? [name, 'apply_patch'] : [name]));
}

/** Tools whose edits language servers look at. */
const DIAGNOSED: readonly string[] = ['edit', 'apply_patch'];

/** Throws OperatorError `unknown-tool`. Order is kept: it is part of the prompt. */
export async function loadTools(names: readonly string[]): Promise<Map<string, Tool>> {
  const tools = new Map<string, Tool>();
  for (const name of names) {
    const load = REGISTRY[name as keyof typeof REGISTRY];
    if (load === undefined) {
      throw new OperatorError('unknown-tool', `there is no tool "${name}"`, {
        hint: `the tools are: ${TOOL_NAMES.join(', ')}`,
      });
    }
    tools.set(name, await load());
  }
  // Who navigates has language servers: they look at each edit too.
  if (tools.has('navigate')) {
    const { withDiagnostics } = await import('../diagnostics.ts');
    for (const name of DIAGNOSED) {
      const tool = tools.get(name);
      if (tool !== undefined) tools.set(name, withDiagnostics(tool));
    }
  }
  return tools;
}

/** The files a tool is made of, as a version has them: a tool's file has its name. `among`: names of all that are given. */
export function sourcesOfTool(
  name: string,
  among: readonly string[],
): { readonly source: string; readonly also: readonly string[] } {
  const file = (path: string) => new URL(path, import.meta.url).href;
  const looked = among.includes('navigate') && DIAGNOSED.includes(name);
  return {
    source: file(`./${name.replaceAll('_', '-')}.ts`),
    also: looked ? [file('../diagnostics.ts')] : [],
  };
}

/** Every tool there is, by name. */
export function allTools(): Promise<Map<string, Tool>> {
  return loadTools(TOOL_NAMES);
}

/** As the model is told of them. */
export function toolSpecs(tools: ReadonlyMap<string, Tool>): LanguageModelV4FunctionTool[] {
  return [...tools.values()].map(({ name, description, schema, inputSchema: given }) => {
    if (given !== undefined) return { type: 'function', name, description, inputSchema: given };
    const { $schema, ...inputSchema } = z.toJSONSchema(schema, {
      override: ({ jsonSchema }) => dropSafeBounds(jsonSchema),
    });
    return {
      type: 'function',
      name,
      description,
      inputSchema: inputSchema as LanguageModelV4FunctionTool['inputSchema'],
    };
  });
}

/** Every integer schema says that JavaScript's integers end somewhere; a model need not read that. */
function dropSafeBounds(schema: { minimum?: number | undefined; maximum?: number | undefined }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
