import { type ForeignTool, ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool } from '../tool.ts';
import type { ServerPool } from './pool.ts';

/** What a server's tool takes is checked by the server. */
const schema = z.record(z.string(), z.unknown());

/**
 * Tools of servers as a rollout knows them. They act outside of the sandbox, which the guard is told, and never on the
 * workspace's files. `servers` null: in a replay, which takes what they did as it was.
 */
export function foreignTools(
  specs: readonly ForeignTool[],
  servers: ServerPool | null,
): Tool<Record<string, unknown>>[] {
  return specs.map((spec) => ({
    name: spec.name,
    description: spec.description,
    schema,
    inputSchema: spec.inputSchema,
    touches: { writes: false, outside: true },
    subjects: () => [{ kind: 'server', server: spec.server, tool: spec.name }],
    run(input, context) {
      if (servers === null)
        throw new ModelFacingError(
          'no-server',
          `The server ${spec.server} is not there in this run. Go on without it.`,
        );
      return servers.call(spec, input, context);
    },
  }));
}
