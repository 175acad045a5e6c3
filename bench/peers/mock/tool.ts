import { type Fields, fieldsOf } from './json.ts';
import { alternatives, sampleOf, typeOf } from './schema.ts';

/** A tool as a request declares it. */
export interface DeclaredTool {
  readonly name: string;
  /** `custom`: it takes free text instead of arguments. */
  readonly kind: 'function' | 'custom';
  readonly about: string;
  readonly schema: Fields;
  /** Tools of one name may stand in several namespaces (Responses API). */
  readonly namespace?: string;
}

/** What the model says: text, or one call. `input`: the arguments as JSON, or the free text. */
export interface Answer {
  /** Of its own: some agents take two messages with one id for one message. */
  readonly id: string;
  readonly text?: string;
  readonly call?: { readonly tool: DeclaredTool; readonly input: string };
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number };
}

/** What agents call the tool that runs a command, the most telling first. */
const SHELLS = [
  'bash',
  'shell',
  'shell_command',
  'exec_command',
  'run_shell_command',
  'execute_command',
  'run_command',
  'run_terminal_command',
  'terminal',
];

/** What they call its argument. */
const COMMANDS = ['command', 'cmd', 'commands', 'script'];

/** A shell that is reached through a program in JavaScript. */
const IN_JAVASCRIPT = /tools\.exec_command\(/;

/** The tool that runs a command; undefined: a request for something else (a title, a router). */
export function shellIn(tools: readonly DeclaredTool[]): DeclaredTool | undefined {
  for (const name of SHELLS) {
    const tool = tools.find((each) => each.name.toLowerCase() === name);
    if (tool !== undefined) return tool;
  }
  return (
    tools.find(({ kind, about }) => kind === 'custom' && IN_JAVASCRIPT.test(about)) ??
    tools.find(({ kind, schema }) => {
      const properties = fieldsOf(schema.properties);
      return kind === 'function' && COMMANDS.some((name) => name in properties);
    })
  );
}

/** What to send to that tool so that it runs `command`. */
export function shellInput(tool: DeclaredTool, command: string): string {
  if (tool.kind === 'custom')
    return IN_JAVASCRIPT.test(tool.about)
      ? `const r = await tools.exec_command({ cmd: ${JSON.stringify(command)} });\ntext(r.output);`
      : command;
  const properties = fieldsOf(tool.schema.properties);
  const name = COMMANDS.find((each) => each in properties) ?? 'command';
  const needed = fieldsOf(sampleOf({ type: 'object', required: [], ...tool.schema }));
  return JSON.stringify({ ...needed, [name]: commandValue(fieldsOf(properties[name]), command) });
}

function commandValue(schema: Fields, command: string): unknown {
  const wanted = [schema, ...alternatives(schema)].find((each) => typeOf(each) === 'array');
  if (wanted === undefined) return command;
  const items = fieldsOf(wanted.items);
  return typeOf(items) === 'object' ? [{ ...fieldsOf(sampleOf(items)), command }] : ['bash', '-c', command];
}
