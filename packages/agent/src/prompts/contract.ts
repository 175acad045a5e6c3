import type { Contract } from '../compose/delegate.ts';

/** In a summary: what follows is for whoever works on. */
export const REPORT_MARK = 'Others must know:';

/** The task of an agent that works for another. */
export function contractText({ name, task, whole, files, accept, known }: Contract): string {
  return [
    task,
    ...(whole === ''
      ? []
      : [
          '',
          `This is one part, "${name}", of a larger task. Others do the other parts, some of them now, in copies of their own; all is merged. Stay within your part: what is not yours may be unfinished and fail.`,
          '<whole-task>',
          whole,
          '</whole-task>',
        ]),
    ...(known === '' ? [] : ['', 'Known already:', known]),
    ...(files.length === 0 ? [] : ['', `Expected to change (advice): ${files.join(', ')}`]),
    ...(accept.length === 0
      ? []
      : [
          '',
          'It is done when these pass, run from the root:',
          ...accept.map((command) => `- \`${command}\``),
        ]),
    '',
    `End your summary with a line "${REPORT_MARK}" and, below it, names, signatures and decisions that others rely on; nothing there if there is nothing.`,
  ].join('\n');
}
