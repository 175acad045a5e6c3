import { issueText, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

/** What both kinds of foreign program are told of themselves. */
const common = {
  /** Names of variables of the environment that it may see: its key, and no other. */
  env: z.optional(z.array(text)),
  /** Variables with their values. `{model}`, `{model_name}` (without its provider) and `{seed}` are filled in. */
  set: z.optional(z.record(z.string(), z.string())),
  /** Hosts it may reach, its model's as a rule: `api.example.com`, `.example.com`, `127.0.0.2:8080`. */
  allow: z.optional(z.array(text)),
  /** Its model, as shown and as `{model}`; `provider/model` where its price is to be known. */
  model: z.optional(text),
  /**
   * Files in its home folder: path -> text (`{model}`, `{seed}` filled in), a value to be written as JSON, or a file of this
   * machine to be copied. The home folder is its own and empty otherwise.
   */
  home: z.optional(
    z.record(
      z.string(),
      z.union([z.string(), z.strictObject({ copy: text }), z.strictObject({ json: z.unknown() })]),
    ),
  ),
  /** Folders of this machine that it may read, beside that of its program; paths below them may stand in its command. */
  shown: z.optional(z.array(text)),
  /** Seconds without a word after which it is taken to hang. */
  silence: z.optional(z.number().check(z.positive())),
};

/** A program that speaks the Agent Client Protocol over its standard input and output. */
const acpSchema = z.strictObject({
  ...common,
  /** Program and arguments; `{model}`, `{model_name}` (without its provider) and `{seed}` are filled in. */
  command: z.array(text).check(z.minLength(1)),
  /** The way to log in that is asked for before a session is opened (an id of its `authMethods`). Default: none. */
  auth: z.optional(text),
  /** The mode its session is put in. */
  mode: z.optional(text),
  /** Settings of its session, by id, where it offers them (model, thinking). `{model}` is filled in. */
  options: z.optional(z.record(z.string(), z.union([z.string(), z.boolean()]))),
  /** `allow`: all it asks leave for; the box is the wall. `deny`: nothing. A list: the kinds of call that are refused. */
  permissions: z.optional(z.union([z.enum(['allow', 'deny']), z.array(text)])),
  /** What of the client's side it is offered. Default: both. */
  offer: z.optional(z.array(z.enum(['files', 'terminals']))),
});

/** A path into JSON: names and numbers joined by dots. */
const jsonPath = text;

/** A command line that is run once, and whose work is what it leaves in the files. */
const commandSchema = z.strictObject({
  ...common,
  /** Shell text, or program and arguments. Placeholders: `{task}`, `{task_file}`, `{repo}`, `{model}`, `{seed}`, `{output}`. */
  command: z.union([text, z.array(text).check(z.minLength(1))]),
  /**
   * Where in the JSON that it writes to `{output}`, or else prints last, it says what it spent. A path that leads to
   * several numbers (`*` for every element) adds them up.
   */
  output_json: z.optional(
    z.strictObject({
      usd: z.optional(jsonPath),
      inputTokens: z.optional(jsonPath),
      cacheReadTokens: z.optional(jsonPath),
      cacheWriteTokens: z.optional(jsonPath),
      outputTokens: z.optional(jsonPath),
      reasoningTokens: z.optional(jsonPath),
      summary: z.optional(jsonPath),
    }),
  ),
});

export type AcpEntry = z.infer<typeof acpSchema>;
export type CommandEntry = z.infer<typeof commandSchema>;
export type PeerEntry =
  | { readonly protocol: 'acp'; readonly entry: AcpEntry }
  | { readonly protocol: 'command'; readonly entry: CommandEntry };

const entrySchema = z.union([z.strictObject({ acp: acpSchema }), z.strictObject({ command: commandSchema })]);

/** An entry of the configuration: `{"acp": {…}}` or `{"command": {…}}`. Throws OperatorError `bad-entrant`. */
export function readPeerEntry(name: string, value: unknown): PeerEntry {
  const isAcp = typeof value === 'object' && value !== null && 'acp' in value;
  const schema = isAcp ? z.strictObject({ acp: acpSchema }) : z.strictObject({ command: commandSchema });
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return peerEntryOf(parsed.data as z.infer<typeof entrySchema>);
  throw new OperatorError(
    'bad-entrant',
    `the entrant ${name} cannot be read: ${issueText(parsed.error.issues[0]!)}`,
    {
      hint: 'an entrant is {"acp": {"command": [program, …]}} or {"command": {"command": "…"}}; see docs/rivals.md',
    },
  );
}

function peerEntryOf(value: z.infer<typeof entrySchema>): PeerEntry {
  return 'acp' in value
    ? { protocol: 'acp', entry: value.acp }
    : { protocol: 'command', entry: value.command };
}

/** Fills placeholders in: `{model}` and so on; what has no value stays as it is written. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
