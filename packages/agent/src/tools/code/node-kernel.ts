/**
 * Heddle's JavaScript kernel: evaluates in Node's own global context the way a debugger's console does (`const`, `let`
 * and `class` last and may be declared again, top-level `await`), shows the last expression with `util.inspect`.
 * The main thread runs the user's code and nothing else; a worker talks to Heddle in lines of JSON (`protocol.ts`) on
 * descriptors 33 and 34, forwards what is printed from descriptor 35, and can end an endless loop. Node 18 and later,
 * nothing from outside Node.
 */
export const NODE_KERNEL = String.raw`
(() => {
'use strict';
if (Number(process.versions.node.split('.')[0]) < 18) {
  require('fs').writeSync(32, 'Node ' + process.versions.node + ' is too old: 18 or later is needed\n');
  process.exit(1);
}
function wire() {
  const fs = require('node:fs');
  const { Socket } = require('node:net');
  const { Session } = require('node:inspector');
  const { StringDecoder } = require('node:string_decoder');
  const { parentPort } = require('node:worker_threads');
  const DEAF_MS = 300;
  const overseer = new Session();
  overseer.connectToMainThread();
  const tell = (message) => {
    const bytes = Buffer.from(JSON.stringify(message) + '\n');
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(34, bytes, at);
  };
  const printed = new StringDecoder('utf8');
  const print = (chunk) => {
    const text = printed.write(chunk);
    if (text !== '') tell({ type: 'output', text });
  };
  new Socket({ fd: 35, readable: true, writable: false }).on('data', print).on('error', () => {});
  const drain = () => {
    const chunk = Buffer.alloc(65536);
    try {
      for (let read = 1; read > 0; ) {
        read = fs.readSync(35, chunk);
        print(Buffer.from(chunk.subarray(0, read)));
      }
    } catch {} // empty
  };
  let deaf = null;
  parentPort.on('message', (message) => {
    if (message.type === 'heard') {
      clearTimeout(deaf);
      return;
    }
    drain();
    tell(message);
    if (message.type === 'display' && !message.result) parentPort.postMessage({ type: 'shown' });
  });
  const hear = (message) => {
    parentPort.postMessage(message);
    if (message.type !== 'interrupt') return;
    // The main thread is in a loop if it does not hear it.
    clearTimeout(deaf);
    deaf = setTimeout(() => overseer.post('Runtime.terminateExecution', () => {}), DEAF_MS);
  };
  let received = '';
  const input = new StringDecoder('utf8');
  const heard = new Socket({ fd: 33, readable: true, writable: false });
  heard.on('data', (chunk) => {
    received += input.write(chunk);
    const lines = received.split('\n');
    received = lines.pop();
    for (const line of lines) hear(JSON.parse(line));
  });
  const leave = () => process.kill(process.pid, 'SIGKILL');
  heard.on('end', leave).on('error', leave);
}

const util = require('node:util');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { createRequire } = require('node:module');
const { Worker } = require('node:worker_threads');
const { Session } = require('node:inspector');
const { AsyncLocalStorage } = require('node:async_hooks');

const root = process.cwd();
const here = path.join(root, 'code.js');
const running = new AsyncLocalStorage();
const worker = new Worker('(' + wire.toString() + ')()', { eval: true });
const tell = (message) => worker.postMessage(message);
let session;
let globalId;
const connect = () => {
  session?.disconnect();
  session = new Session();
  session.connect();
  globalId = undefined;
};
connect();
const post = (method, params) =>
  new Promise((resolve, reject) => session.post(method, params, (error, result) => (error ? reject(error) : resolve(result))));

class ToolError extends Error {
  constructor(message, details) {
    super(message);
    this.name = 'ToolError';
    Object.defineProperty(this, 'details', { value: details, enumerable: false });
  }
}
class ToolText extends String {
  constructor(text, details) {
    super(text);
    Object.defineProperty(this, 'details', { value: details, enumerable: false });
  }
  [util.inspect.custom]() {
    return this.toString();
  }
  toJSON() {
    return this.toString();
  }
}

const waiting = new Map();
let calls = 0;
const functionOf = ({ name, parameters }) => ({
  [name]: (...args) => {
    const [first] = args;
    const named = args.length === 1 && typeof first === 'object' && first !== null && !(first instanceof String) && !Array.isArray(first);
    const pairs = args.map((value, index) => [parameters[index] ?? 'argument ' + (index + 1), value]);
    return new Promise((resolve, reject) => {
      calls += 1;
      waiting.set(calls, ({ outcome, content, details }) =>
        outcome === 'ok' ? resolve(new ToolText(content, details)) : reject(new ToolError(content, details)));
      tell({ type: 'call', run: running.getStore() ?? 0, call: calls, tool: name, input: named ? JSON.parse(JSON.stringify(first)) : Object.fromEntries(pairs) });
    });
  },
})[name];

const SIGNATURES = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];
const mime = (value) => {
  if (value instanceof Uint8Array) {
    const found = SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => value[index] === byte));
    if (found) return { [found[0]]: Buffer.from(value).toString('base64') };
  }
  // Several lines are read as they are.
  if (typeof value === 'string' && /\n./.test(value)) return { 'text/plain': value };
  return { 'text/plain': util.inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 20000, breakLength: 110 }) };
};
const shown = [];
const display = async (value) => {
  const own = value?.[Symbol.for('Jupyter.display')];
  const data = typeof own === 'function' ? await own.call(value) : mime(value);
  // What is printed next comes after it.
  await new Promise((resolve) => {
    shown.push(resolve);
    tell({ type: 'display', data, result: false });
  });
};

// Frames of Node and of libraries say little to who wrote the code.
const ofUser = (line) => /\bcode-\d+:/.test(line) || (line.includes(root) && !line.includes('node_modules'));
const explain = (error) =>
  util.inspect(error, { depth: 2 }).split('\n')
    .filter((line) => !/^\s+at /.test(line) || ofUser(line))
    .join('\n');
const badSyntax = ({ exception, lineNumber, columnNumber }, code) => {
  const line = code.split('\n')[lineNumber] ?? '';
  const shown = line.slice(0, 200);
  return [exception.description.split('\n')[0] + ' (line ' + (lineNumber + 1) + ')', '  ' + shown, '  ' + ' '.repeat(Math.min(columnNumber, shown.length)) + '^'].join('\n');
};

let kept;
Object.defineProperty(globalThis, '__heddleKeep', { value: (value) => { kept = value; }, enumerable: false });
const valueOf = async (remote) => {
  const argument = remote.objectId !== undefined ? { objectId: remote.objectId }
    : remote.unserializableValue !== undefined ? { unserializableValue: remote.unserializableValue } : { value: remote.value };
  globalId ??= (await post('Runtime.evaluate', { expression: 'globalThis' })).result.objectId;
  await post('Runtime.callFunctionOn', { objectId: globalId, functionDeclaration: 'function (value) { __heddleKeep(value) }', arguments: [argument] });
  const value = kept;
  kept = undefined;
  return value;
};

// A pipe takes what there is room for; the rest is written when the worker has read.
const FLUSH_MS = 60000;
const INTERRUPTED_FLUSH_MS = 2000;
const flushed = (limit) => Promise.race([
  Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve)))),
  new Promise((resolve) => setTimeout(resolve, limit).unref()),
]);

let current = null;
const run = async ({ id, code }) => {
  const done = async (status, error = '') => {
    await flushed(status === 'interrupted' ? INTERRUPTED_FLUSH_MS : FLUSH_MS);
    tell({ type: 'done', run: id, status, error: error === '' ? '' : error + '\n' });
  };
  const interrupted = new Promise((resolve) => { current = { id, giveUp: () => resolve(null) }; });
  try {
    const expression = code + '\n//# sourceURL=code-' + id;
    const evaluating = running.run(id, () =>
      post('Runtime.evaluate', { expression, replMode: true, awaitPromise: true, objectGroup: 'run' }).catch(() => null));
    const answer = await Promise.race([evaluating, interrupted]);
    if (answer === null) {
      // Node does not survive the end of a promise that a session still waits for.
      connect();
      return await done('interrupted');
    }
    const { result, exceptionDetails } = answer;
    if (exceptionDetails !== undefined) {
      const { exception } = exceptionDetails;
      const atCompile = exception?.className === 'SyntaxError' && !/^\s+at .*code-\d+:/m.test(exception.description ?? '');
      return await done('raised', atCompile ? badSyntax(exceptionDetails, code) : explain(await valueOf(exception)));
    }
    if (result.type !== 'undefined') tell({ type: 'display', data: mime(await valueOf(result)), result: true });
    await done('ok');
  } catch (error) {
    await done('raised', explain(error));
  } finally {
    current = null;
    post('Runtime.releaseObjectGroup', { objectGroup: 'run' }).catch(() => {});
  }
};

const begin = (functions) => {
  const tools = Object.fromEntries(functions.map((spec) => [spec.name, functionOf(spec)]));
  const load = (specifier, options) => import(specifier, options);
  const meta = { url: pathToFileURL(here).href, dirname: root, filename: here };
  Object.assign(globalThis, { require: createRequire(here), display, ToolError }, tools);
  Object.defineProperty(globalThis, '__heddleImport', { value: load, enumerable: false });
  Object.defineProperty(globalThis, '__heddleMeta', { value: meta, enumerable: false });
  process.exit = (code) => {
    throw new Error('process.exit(' + (code ?? '') + ') was called; the kernel goes on');
  };
  const stray = (what) => (error) => console.error(what + ' ' + explain(error));
  process.on('uncaughtException', stray('Uncaught in a callback:'));
  process.on('unhandledRejection', stray('Unhandled rejection:'));
  tell({ type: 'ready', kernel: 'Node ' + process.versions.node, own: true });
};

const queue = [];
let busy = false;
worker.on('message', async (message) => {
  if (message.type === 'shown') return shown.shift()?.();
  if (message.type === 'init') return begin(message.functions);
  if (message.type === 'answer') {
    const answer = waiting.get(message.call);
    waiting.delete(message.call);
    return answer?.(message);
  }
  if (message.type === 'interrupt') {
    tell({ type: 'heard' });
    return current?.giveUp();
  }
  queue.push(message);
  if (busy) return;
  busy = true;
  while (queue.length > 0) await run(queue.shift());
  busy = false;
});
})();
`;
