// The floor: about the least a Node agent loop can do (a streamed answer, one shell tool, a history that only grows,
// a log of it). Not a peer: its figures say what Node and HTTP themselves cost. Plain JavaScript, so that its start
// holds no stripping of types.
import { spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';

/** Characters of a command's output that are kept. */
const MOST_OUTPUT = 30_000;

const parameters = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] };
const tools = [
  { type: 'function', function: { name: 'bash', description: 'Run a shell command', parameters } },
];
const log = openSync(/** @type {string} */ (process.env.FLOOR_LOG), 'w');
/** @type {object[]} */
const messages = [];
say({ role: 'system', content: 'You are a coding agent.' });
say({ role: 'user', content: process.argv.slice(2).join(' ') });
for (;;) {
  const reply = await ask();
  say(reply);
  if (reply.tool_calls.length === 0) break;
  for (const { id, function: call } of reply.tool_calls)
    say({ role: 'tool', tool_call_id: id, content: await run(JSON.parse(call.arguments).command) });
}

/** @param {object} message */
function say(message) {
  messages.push(message);
  writeSync(log, `${JSON.stringify(message)}\n`);
}

async function ask() {
  const response = await fetch(`${process.env.FLOOR_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'mock', stream: true, tools, messages }),
  });
  /** @type {{ id: string, type: string, function: { name: string, arguments: string } }[]} */
  const calls = [];
  const reply = { role: 'assistant', content: '', tool_calls: calls };
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.slice('data: '.length);
      const delta = data === '[DONE]' ? undefined : JSON.parse(data).choices[0]?.delta;
      reply.content += delta?.content ?? '';
      for (const part of delta?.tool_calls ?? []) {
        calls[part.index] ??= { id: part.id, type: 'function', function: { name: '', arguments: '' } };
        const call = /** @type {(typeof calls)[number]} */ (calls[part.index]).function;
        call.name += part.function.name ?? '';
        call.arguments += part.function.arguments ?? '';
      }
    }
  }
  return reply;
}

/**
 * @param {string} command
 * @returns {Promise<string>}
 */
function run(command) {
  const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  /** @param {Buffer} chunk */
  const keep = (chunk) => {
    if (output.length < MOST_OUTPUT) output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve) => child.on('close', () => resolve(output.slice(0, MOST_OUTPUT))));
}
