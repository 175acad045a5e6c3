import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it reached the model. Times are `performance.now()` of this process. */
export interface Arrival {
  readonly at: number;
  /** When the answer was written. */
  answeredAt: number;
  readonly body: string;
}

/**
 * A model that answers at once: `echo step-i` for each step, then `finish` twice.
 * Speaks the streamed form of OpenAI's Chat Completions, so that a real provider package is in the path.
 */
export async function mockModel(steps: number): Promise<{
  readonly baseUrl: string;
  readonly arrivals: Arrival[];
  close(): Promise<void>;
}> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const at = performance.now();
    void answer(request, response, at);
  });

  async function answer(request: IncomingMessage, response: ServerResponse, at: number): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const turn = arrivals.length + 1;
    const arrival: Arrival = { at, answeredAt: 0, body: Buffer.concat(chunks).toString('utf8') };
    arrivals.push(arrival);
    const text = sse(turn, steps);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    arrival.answeredAt = performance.now();
    response.end(text);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    arrivals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function sse(turn: number, steps: number): string {
  const call =
    turn <= steps
      ? { name: 'bash', arguments: JSON.stringify({ command: `echo step-${turn}` }) }
      : { name: 'finish', arguments: JSON.stringify({ summary: 'done', probability: 0.5 }) };
  const delta = { tool_calls: [{ index: 0, id: `call_${turn}`, type: 'function', function: call }] };
  const base = { id: `r${turn}`, object: 'chat.completion.chunk', created: 0, model: 'mock' };
  const usage = { prompt_tokens: 10 * turn, completion_tokens: 10, total_tokens: 10 * turn + 10 };
  return [
    { ...base, choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }] },
    { ...base, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    { ...base, choices: [], usage },
  ]
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .concat('data: [DONE]\n\n')
    .join('');
}
