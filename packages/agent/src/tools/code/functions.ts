import * as z from 'zod/mini';
import type { Tool } from '../../tool.ts';
import type { FunctionSpec } from './protocol.ts';

/**
 * The tools that code can call: all but those that may end the work or act beyond the sandbox, where what code of the
 * repository does must not reach; and itself.
 */
export function functionsOf(tools: ReadonlyMap<string, Tool>, self: string): FunctionSpec[] {
  return [...tools.values()]
    .filter(({ name, touches }) => name !== self && touches.settles !== true && touches.outside !== true)
    .map(({ name, description, schema }) => {
      const { properties = {}, required = [] } = z.toJSONSchema(schema) as {
        properties?: Record<string, unknown>;
        required?: string[];
      };
      const optional = Object.keys(properties).filter((each) => !required.includes(each));
      return { name, parameters: [...required, ...optional], required, summary: description };
    });
}
