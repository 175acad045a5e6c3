import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool } from '../tool.ts';
import { shows, VIEW_SECONDS } from '../views.ts';

const schema = z.object({
  name: z.string().check(z.regex(/^[\w.-]{1,40}$/, 'a short name: letters, digits, _ . -')),
  command: z.nullable(
    z.string().check(z.minLength(1), z.describe('Its output is the view; null takes the view away.')),
  ),
});

/** Each costs a run before every request. */
const MAX_VIEWS = 4;

export const watchTool: Tool<z.infer<typeof schema>> = {
  name: 'watch',
  description:
    'Keeps an eye on something while you work: the command runs before each of your turns, and you are told its ' +
    `output whenever it has changed. For what is quick (below ${VIEW_SECONDS} s) and changes nothing. ` +
    'Example: {"name":"status","command":"git status --short"}.',
  schema,
  touches: { writes: false },
  subjects: ({ command }) => (command === null ? [] : [{ kind: 'shell', text: command }]),
  async run({ name, command }, { view, workspace, signal }) {
    const views = view.views ?? new Set();
    if (command === null) {
      if (!views.has(name)) throw new ModelFacingError('no-such-view', noView(name, views));
      return { content: `View "${name}" is taken away.`, details: { view: { name, command } } };
    }
    if (!views.has(name) && views.size >= MAX_VIEWS)
      throw new ModelFacingError(
        'too-many-views',
        `There are ${MAX_VIEWS} views already (${[...views].join(', ')}): take one away first, {"name":…,"command":null}.`,
      );
    // One that does not work is refused here, where its author is.
    const fork = await workspace.fork();
    try {
      const ran = await fork.exec(command, { timeoutSeconds: VIEW_SECONDS, signal });
      if (!shows(ran)) {
        const { exitCode, ended, output } = ran;
        const how = ended === 'exited' ? `exit code ${exitCode}` : ended;
        throw new ModelFacingError(
          'view-fails',
          `The command fails (${how}), so there is no view:\n${output.slice(-1_000)}`,
        );
      }
    } finally {
      await fork.dispose();
    }
    return {
      content: `View "${name}" is kept; you are told when it changes.`,
      details: { view: { name, command } },
    };
  },
};

function noView(name: string, views: ReadonlySet<string>): string {
  return `There is no view "${name}"${views.size === 0 ? '' : `; there are ${[...views].join(', ')}`}.`;
}
