/**
 * Stops a process at its time limit: a thread pauses the main thread wherever it is, takes its stack, and has it
 * write what it recorded. A main thread inside a system call can only be killed; its lines are lost then.
 */
export const V8_WATCHDOG = `'use strict';
const { Session } = require('inspector');
const worker = require('worker_threads');

const STOP = 'heddle.probe.stop';

exports.watch = function watch({ ownPath, write }, seconds) {
  process.once('SIGTERM', () => {
    write(null, null);
    process.kill(process.pid, 'SIGTERM');
  });
  if (!(seconds > 0)) return;
  globalThis[Symbol.for(STOP)] = (frames) => {
    const stack = [];
    for (const { url, line, column, name } of frames) {
      const path = ownPath(url);
      if (path !== null) stack.push(name ? { path, line, column, name } : { path, line, column });
    }
    write(null, stack);
    process.reallyExit(124);
  };
  const watchdog = new worker.Worker(__filename, {
    env: { HEDDLE_PROBE_DIR: '' }, // no probe in the thread that watches
    execArgv: [],
    workerData: { heddleProbe: { seconds, pid: process.pid } },
  });
  watchdog.unref();
  watchdog.on('error', () => {}); // without a watchdog there is still coverage
};

const task = worker.workerData && worker.workerData.heddleProbe;
if (task) setTimeout(() => stopMain(task.pid), task.seconds * 1000);

function stopMain(pid) {
  const session = new Session();
  session.connectToMainThread();
  // A paused frame's own address is empty in Node: it is known by its script.
  const urls = new Map();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  const stop = (frames) =>
    session.post('Runtime.evaluate', {
      expression: 'globalThis[Symbol.for("' + STOP + '")](' + JSON.stringify(frames) + ')',
    });
  session.once('Debugger.paused', ({ params }) => {
    stop(
      params.callFrames.map((frame) => ({
        url: urls.get(frame.location.scriptId) || '',
        line: frame.location.lineNumber + 1,
        column: frame.location.columnNumber + 1,
        name: frame.functionName,
      })),
    );
  });
  session.post('Debugger.enable', () => session.post('Debugger.pause'));
  // Not paused: the main thread waits for something, and an evaluation reaches it there.
  setTimeout(() => stop([]), 1000);
  // Not even that: it is inside a system call.
  setTimeout(() => process.kill(pid, 'SIGKILL'), 3000);
}
`;
