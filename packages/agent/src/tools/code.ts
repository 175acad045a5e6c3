import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import { excerpt } from '../excerpt.ts';
import type { ActionEnd } from '../hands.ts';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { lookInto } from './bash/output.ts';
import { functionsOf } from './code/functions.ts';
import { keepWhole } from './code/kept.ts';
import { type Answer, Kernel, type RunEnd } from './code/kernel.ts';
import { moduleCode } from './code/module-code.ts';
import { Shown } from './code/shown.ts';
import { NODE, PYTHON } from './code/start.ts';

/** As for a command: long enough for most work, and a model that needs more asks for it. */
const DEFAULT_TIMEOUT_SECONDS = 120;
/** Ten minutes, the tools it calls included. */
const MAX_TIMEOUT_SECONDS = 600;

/** A traceback: its beginning and its end say what went wrong. */
const MAX_ERROR_CHARACTERS = 4_000;

const schema = z.object({
  language: z.enum(['python', 'javascript', 'typescript']),
  code: z.string(),
  timeout_seconds: z.optional(
    z
      .number()
      .check(
        z.gt(0),
        z.lte(MAX_TIMEOUT_SECONDS),
        z.describe(`Default ${DEFAULT_TIMEOUT_SECONDS}, at most ${MAX_TIMEOUT_SECONDS}.`),
      ),
  ),
  restart: z.optional(
    z.boolean().check(z.describe('Begin with a new interpreter: variables and loaded modules are gone.')),
  ),
});
type Input = z.infer<typeof schema>;

export const codeTool: Tool<Input> = {
  name: 'code',
  description:
    'Runs code in a live Python (Jupyter where it is installed) or Node interpreter in the repository. Variables last from call to call; ' +
    'the last expression is shown, figures and displayed images too. The other tools are functions: Python bash("npm test"), ' +
    'edit(command="view", path="a.py"); JavaScript await bash({command: "npm test"}). They return the text (more in .details) and raise ToolError, ' +
    'so one call can do many steps and show only what matters. JavaScript has top-level await, import and require. ' +
    'Project modules stay as first loaded: use restart after changing them.',
  schema,
  touches: { writes: true },
  subjects: ({ language, code }) => [{ kind: 'code', language, text: code }],
  async run(input, context) {
    if (context.nested === undefined) {
      throw new ModelFacingError('not-inside', 'code cannot be called from code: write it in place.');
    }
    const family = input.language === 'python' ? 'python' : 'javascript';
    const live = context.handle(`code:${family}`, () => new LiveKernel());
    const code = input.language === 'python' ? input.code : await moduleCode(input.code, input.language);
    return live.run(code, { ...input, family }, context);
  },
};

type Family = 'python' | 'javascript';
type Wanted = Input & { readonly family: Family };

/** The kernel of one language in one rollout: started when first needed, again after it was lost. */
class LiveKernel {
  #kernel: Kernel | null = null;
  /** Outputs that were kept so far: a replay finds the same names. */
  #kept = 0;

  async run(code: string, wanted: Wanted, context: ToolContext): Promise<ToolResult> {
    const notes: string[] = [];
    const started = performance.now();
    const kernel = await this.#present(wanted, context, notes);
    const shown = new Shown();
    const between = kernel.takeBetween();
    if (between !== '') shown.print(`[printed since the last call]\n${between}\n[end of that]\n`);
    let calls = 0;
    let open = 0;
    const seconds = wanted.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS;
    const end = await kernel.run(code, {
      seconds,
      signal: context.signal,
      onPrint: (text) => {
        shown.print(text);
        context.output(text);
      },
      onDisplay: ({ data }) => shown.display(data),
      onCall: (tool, input, signal) => {
        calls += 1;
        open += 1;
        return context
          .nested!.run(tool, input, signal)
          .then((answer) => {
            // A picture that a tool gives is for the model: code could do nothing with it.
            for (const { mediaType, object } of answer.images ?? [])
              shown.image(mediaType, Buffer.from(context.objects.get(object)));
            return answerOf(answer);
          }, refusalOf)
          .finally(() => {
            open -= 1;
          });
      },
    });
    if (open > 0 && end.status === 'ok')
      notes.push(`[tool calls that the code did not wait for were ended: ${open}. Use await]`);
    if (end.status === 'lost') this.#kernel = null;
    const { text, full, lines: left } = shown.text();
    const kept = full === undefined ? null : await this.#keep(full, wanted.family, context);
    if (kept !== null) notes.unshift(`[${full!.length} characters in all: bash ${lookInto(kept, left)}]`);
    const error = end.status === 'lost' ? '' : excerpt(end.error.trimEnd(), MAX_ERROR_CHARACTERS).text;
    const said = [text, error].filter((part) => part !== '');
    const lines = [...said, ...endNotes(end, seconds), ...notes];
    return {
      content: lines.length === 0 ? '(it showed nothing)' : lines.join('\n'),
      details: {
        language: wanted.language,
        kernel: kernel.about,
        ended: end.status === 'ok' ? 'exited' : end.status,
        calls,
        kept,
        seconds: (performance.now() - started) / 1000,
      },
      images: shown.images,
      ...(full === undefined ? {} : { full }),
    };
  }

  async dispose(): Promise<void> {
    const kernel = this.#kernel;
    this.#kernel = null;
    await kernel?.dispose();
  }

  #keep(text: string, family: Family, { workspace }: ToolContext): Promise<string | null> {
    this.#kept += 1;
    return keepWhole(workspace, `${family}-${this.#kept}.txt`, text);
  }

  async #present({ family, restart }: Wanted, context: ToolContext, notes: string[]): Promise<Kernel> {
    const before = this.#kernel;
    if (before?.alive === false)
      notes.push('[the interpreter had ended since the last call: its variables are gone]');
    if (before?.alive === true && restart !== true) return before;
    await this.dispose();
    const functions = functionsOf(context.nested!.tools, codeTool.name);
    const start = family === 'python' ? PYTHON : NODE;
    const kernel = await Kernel.start(context.workspace, start, functions, context.signal);
    this.#kernel = kernel;
    const own = family === 'python' && kernel.own ? ', without Jupyter (ipykernel is not installed)' : '';
    notes.push(`[new interpreter: ${kernel.about}${own}]`);
    return kernel;
  }
}

function endNotes(end: RunEnd, seconds: number): string[] {
  if (end.status === 'interrupted')
    return [`[interrupted at its time limit of ${seconds} s; variables are kept]`];
  if (end.status !== 'lost') return [];
  const why = end.timedOut
    ? `it went on after being interrupted at its time limit of ${seconds} s and was ended`
    : end.why;
  return [`[the interpreter is lost: ${why}. Its variables are gone; the next call begins with a new one]`];
}

function answerOf({ outcome, content, details }: ActionEnd): Answer {
  return { outcome: outcome === 'ok' ? 'ok' : 'error', content, details };
}

/** What is no answer of the tool's ends the action; the program hears only that there is none. */
function refusalOf(error: unknown): Answer {
  const content = error instanceof ModelFacingError ? error.message : 'not run: the work is being stopped';
  return { outcome: 'error', content, details: null };
}
