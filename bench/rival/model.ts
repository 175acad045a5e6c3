import { Script } from '../peers/mock/script.ts';
import { serveScript } from '../peers/mock/server.ts';
import type { RivalTask } from './tasks.ts';

export interface ScriptedModel {
  /** As a box reaches it. */
  readonly host: string;
  /** Requests of the work itself, and those beside it. */
  readonly asked: () => { readonly work: number; readonly beside: number };
  close(): Promise<void>;
}

/**
 * Another address of the loopback than 127.0.0.1: that one every box has for itself, and programs are told to reach it
 * without the proxy.
 */
const ADDRESS = '127.0.0.2';

/** A model that plays each task's commands in the conversation that names the task. */
export async function serveTasks(tasks: readonly RivalTask[]): Promise<ScriptedModel> {
  const scripts = new Map(tasks.map((task) => [task.id, scriptOf(task)]));
  const all = [...scripts.values()];
  const aside = new Script(0);
  const { port, close } = await serveScript(
    {
      answer(wire, raw, body, at) {
        const text = raw.toString('utf8');
        const task = tasks.find(({ id }) => text.includes(`[${id}]`));
        if (task === undefined) return aside.answer(wire, raw, body, at);
        // It has been played to its end: somebody begins the task anew.
        if (scripts.get(task.id)!.arrivals.length > task.commands.length) {
          scripts.set(task.id, scriptOf(task));
          all.push(scripts.get(task.id)!);
        }
        return scripts.get(task.id)!.answer(wire, raw, body, at);
      },
    },
    ADDRESS,
  );
  const sum = (of: (script: Script) => number) => all.reduce((total, script) => total + of(script), 0);
  return {
    host: `${ADDRESS}:${port}`,
    asked: () => ({
      work: sum(({ arrivals }) => arrivals.length),
      beside: sum(({ asides }) => asides) + aside.asides,
    }),
    close,
  };
}

function scriptOf({ commands }: RivalTask): Script {
  return new Script(commands.length, undefined, (step) => commands[step - 1]!);
}
