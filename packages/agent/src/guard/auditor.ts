import type { Model } from '@heddle/models';
import { becauseText } from '@heddle/workspace';
import { consult } from '../consult.ts';
import { AUDITOR_PROMPT } from '../prompts/auditor.ts';
import type { Answer, Approver, Question } from './approver.ts';

/** Of an action's input: what decides is at its beginning, and the whole is in the journal. */
const MAX_INPUT_CHARACTERS = 6_000;
const MAX_TASK_CHARACTERS = 3_000;

/**
 * A model in the person's place. It sees the task and the one action, not the agent's reasons, which might talk it
 * round. An answer that is neither form, and a model that cannot be reached, refuse.
 */
export function modelAuditor(model: Model): Approver {
  return {
    by: 'auditor',
    async approve(question, signal, onConsulted) {
      try {
        const { content } = await consult(
          model,
          {
            prompt: [
              { role: 'system', content: AUDITOR_PROMPT },
              { role: 'user', content: [{ type: 'text', text: questionText(question) }] },
            ],
            tools: [],
          },
          { role: 'auditor', signal, onConsulted },
        );
        return read(content.map((part) => (part.type === 'text' ? part.text : '')).join(''));
      } catch (error) {
        signal.throwIfAborted();
        return { allow: false, instruction: `The auditor could not be asked (${(error as Error).message}).` };
      }
    },
  };
}

function questionText({ task, tool, input, because }: Question): string {
  const text = typeof input === 'string' ? input : JSON.stringify(input, null, 1);
  return [
    `<task>\n${clip(task, MAX_TASK_CHARACTERS)}\n</task>`,
    `<action tool="${tool}">\n${clip(text, MAX_INPUT_CHARACTERS)}\n</action>`,
    `Why it is risky: ${becauseText(because)}`,
  ].join('\n\n');
}

function read(text: string): Answer {
  const line = text.trim();
  if (/^\W*allow\b/i.test(line)) return { allow: true };
  const [, reason = ''] = /^\W*refuse\b\W*(.*)/is.exec(line) ?? [];
  return { allow: false, instruction: reason.trim() || 'It gave no reason.' };
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n[cut: ${text.length - most} more characters]`;
}
