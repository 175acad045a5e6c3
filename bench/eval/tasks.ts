import { writeFileSync } from 'node:fs';

/** By which a model server knows which instance a conversation is about. */
export const TASK_MARK = /task number (\d+)/;

/** Of how many clusters. */
const CLUSTERS = 10;

/** A dataset of so many instances, each solved when `answer.txt` says "right". */
export function writeTasks(file: string, instances: number): void {
  const lines = Array.from({ length: instances }, (_, at) =>
    JSON.stringify({
      id: `task-${at}`,
      cluster: `cluster-${at % CLUSTERS}`,
      statement: `Write "right" to answer.txt (task number ${at}).`,
      files: { kind: 'inline', files: { 'answer.txt': 'wrong\n', 'task.txt': `${at}\n` } },
      checks: [],
      grading: {
        kind: 'tests',
        ...{ testPatch: '', files: {}, command: 'grep -qx right answer.txt', timeoutSeconds: 30 },
        ...{ parser: 'exit-code', failToPass: ['tests'], passToPass: [] },
      },
      gold: null,
      environment: null,
      meta: {},
    }),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
}
