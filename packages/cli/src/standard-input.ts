import type { StandardInput } from './task/read-task.ts';

export function standardInput(): StandardInput {
  return {
    isTTY: process.stdin.isTTY,
    async read() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
  };
}
