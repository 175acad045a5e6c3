import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, digestOf, type ForeignTool, foreignToolSchema } from '@heddle/core';
import * as z from 'zod/mini';
import type { McpServer } from './server.ts';

/** Raised when what is made of a server's list changes. */
const VERSION = 1;
/** A list that is older is fetched anew at the start: until then it is when the server is first called. */
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;

const kept = z.object({ at: z.number(), tools: z.array(foreignToolSchema) });

/** What servers were last seen to offer, so that a rollout begins without waiting for them. */
export class ToolCache {
  readonly #folder: string;

  /** `home`: Heddle's data folder. */
  constructor(home: string) {
    this.#folder = join(home, 'cache', 'mcp');
  }

  /** Null: never seen, configured otherwise since, or long ago. */
  read(name: string, server: McpServer): ForeignTool[] | null {
    try {
      const { at, tools } = kept.parse(JSON.parse(readFileSync(this.#file(name, server), 'utf8')));
      return Math.abs(Date.now() - at) <= MAX_AGE_MS ? tools : null;
    } catch {
      return null;
    }
  }

  /** A cache that cannot be written costs the next start some time, no more. */
  write(name: string, server: McpServer, tools: readonly ForeignTool[]): void {
    const file = this.#file(name, server);
    const half = `${file}.${process.pid}`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(half, JSON.stringify({ at: Date.now(), tools }), { mode: 0o600 });
      renameSync(half, file);
    } catch {
      // See above.
    }
  }

  #file(name: string, server: McpServer): string {
    return join(this.#folder, `${digestOf(canonicalJson({ VERSION, name, server }))}.json`);
  }
}
