import { digestOf, type ForeignTool } from '@heddle/core';
import type { Tool } from '@modelcontextprotocol/client';
import { TOOL_NAMES } from '../tools/registry.ts';

/** More are a catalogue that every request would carry. */
const MAX_TOOLS = 128;
/** As the strictest provider has them. */
const MAX_NAME_CHARACTERS = 64;
/** Of a description, about 300 tokens. */
const MAX_DESCRIPTION_CHARACTERS = 1_200;
/** Of a schema as JSON; a larger one is told by the names of its fields alone. */
const MAX_SCHEMA_CHARACTERS = 8_000;
/** Hex digits that tell names apart which would be one otherwise. */
const MARK_DIGITS = 6;
/** A schema nests so deep, or its author is playing. */
const MAX_DEPTH = 12;

/** A server's tools as the model may be told of them, whatever the server says. */
export function foreignToolsOf(server: string, listed: readonly Tool[]): ForeignTool[] {
  const tools = new Map<string, ForeignTool>();
  for (const { name, description = '', inputSchema } of listed) {
    if (tools.size >= MAX_TOOLS) break;
    const called = toolName(server, name);
    if (tools.has(called)) continue;
    tools.set(called, {
      name: called,
      server,
      description: `Of the MCP server ${server}: ${tidy(description, MAX_DESCRIPTION_CHARACTERS) || name.slice(0, MAX_NAME_CHARACTERS)}`,
      inputSchema: schemaOf(inputSchema),
    });
  }
  return [...tools.values()];
}

/**
 * What the model calls a server's tool: `SERVER_TOOL`. A function of the two names alone, so that the tool is found
 * again whatever else the server lists; one that no provider would take, or that is a tool of ours, ends in a mark.
 */
export function toolName(server: string, tool: string): string {
  const plain = `${server}_${tool}`;
  if (/^[A-Za-z0-9_-]+$/.test(plain) && plain.length <= MAX_NAME_CHARACTERS && !TOOL_NAMES.includes(plain))
    return plain;
  const room = MAX_NAME_CHARACTERS - MARK_DIGITS - 1;
  return `${plain.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, room)}_${digestOf(tool).slice(0, MARK_DIGITS)}`;
}

type Schema = Record<string, unknown>;

/** An object's schema without what providers refuse at its top. */
function schemaOf(given: unknown): Schema {
  const { type: _, $schema, anyOf, oneOf, allOf, not, enum: __, ...rest } = plainOf(given, 0) as Schema;
  const schema: Schema = { type: 'object', properties: {}, ...rest };
  if (JSON.stringify(schema).length <= MAX_SCHEMA_CHARACTERS) return schema;
  const names = Object.keys((schema.properties ?? {}) as Schema);
  const properties = Object.fromEntries(
    names.slice(0, MAX_TOOLS).map((name) => [name.slice(0, MAX_NAME_CHARACTERS), {}]),
  );
  return { type: 'object', properties };
}

/** JSON and nothing else, its texts tidy. */
function plainOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return tidy(value, MAX_SCHEMA_CHARACTERS);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return {};
  if (Array.isArray(value)) return value.map((each) => plainOf(each, depth + 1));
  const fields = Object.entries(value).filter(([name]) => name !== '__proto__');
  return Object.fromEntries(
    fields.map(([name, field]) => [tidy(name, MAX_DESCRIPTION_CHARACTERS), plainOf(field, depth + 1)]),
  );
}

/** Without what terminals obey and what a reader cannot see: controls, direction marks, invisible letters. */
function tidy(text: string, most: number): string {
  const clean = text
    .replaceAll(/[^\n\t\P{C}]/gu, '')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/\n\s*\n+/g, '\n')
    .trim();
  return clean.length <= most ? clean : `${clean.slice(0, most).toWellFormed()} [cut]`;
}
