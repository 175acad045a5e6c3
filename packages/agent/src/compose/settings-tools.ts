import { type ForeignTool, OperatorError } from '@heddle/core';
import type { Model } from '@heddle/models';
import type { ServerPool } from '../mcp/pool.ts';
import { MODULE_SERVER, type Tool } from '../tool.ts';
import { toolsOf } from '../tools/of-rollout.ts';
import { defaultToolsOf, toolSpecs } from '../tools/registry.ts';

interface ToolsFrom {
  readonly foreign: readonly ForeignTool[];
  readonly servers: ServerPool | null;
  /** Instead of the model's default ones. */
  readonly only?: readonly string[];
}

/**
 * The tools of a rollout: the model's default ones, those asked for by name, those of servers, and a module's own. The
 * last are journaled with their description, so that the rollout can be replayed and shown without the module.
 * Throws OperatorError `unknown-tool`, `tool-taken`.
 */
export async function toolsFor(
  wanted: readonly (string | Tool)[],
  model: Model,
  { foreign, servers, only }: ToolsFrom,
): Promise<{ names: string[]; own: ForeignTool[]; tools: Map<string, Tool> }> {
  const asked = wanted.filter((tool) => typeof tool === 'string');
  const given = only ?? [...defaultToolsOf(model.id), ...(model.tools ?? [])];
  const names = [...new Set([...given, ...asked])];
  const tools = await toolsOf({ tools: names, foreignTools: [...foreign] }, servers);
  const brought = new Map<string, Tool>();
  for (const tool of wanted) {
    if (typeof tool === 'string') continue;
    if (tools.has(tool.name)) {
      throw new OperatorError('tool-taken', `there is a tool "${tool.name}" already`, {
        hint: 'give yours another name',
      });
    }
    brought.set(tool.name, tool);
  }
  const own = toolSpecs(brought).map(({ name, description = '', inputSchema }) => ({
    name,
    server: MODULE_SERVER,
    description,
    inputSchema: inputSchema as Record<string, unknown>,
  }));
  return { names, own, tools: new Map([...tools, ...brought]) };
}
