/**
 * A CommonJS module preloaded into every Node process of a check (`NODE_OPTIONS=--require`). It must run on
 * whatever Node the project uses, hence its plain style.
 *
 * It takes V8's precise block coverage through an inspector session instead of `NODE_V8_COVERAGE`, because only
 * so can it be cut at test boundaries, mapped back from transformed code (source maps held in memory) and
 * taken from a process that never ends by itself.
 *
 * - Coverage is cut at test boundaries through what each framework offers: root hooks (node:test, mocha),
 *   a wrapped test runner (jest), the worker's state (vitest).
 * - At its time limit a watchdog thread pauses the main thread, takes its stack, and lets it write what it has.
 * - `arguments.json` beside it: runner's script name -> extra arguments, put in where the runner starts, however
 *   many scripts and package managers stand between it and the check's command.
 *
 * Each process writes one file into `HEDDLE_PROBE_DIR`: see `probe.ts`, `ProcessTrace`.
 */
export const V8_PROBE = String.raw`'use strict';
const { existsSync, readFileSync, realpathSync, renameSync, writeFileSync } = require('fs');
const { basename, join, relative, sep } = require('path');
const { fileURLToPath } = require('url');
const worker = require('worker_threads');

const env = process.env;
const dir = env.HEDDLE_PROBE_DIR;
const program = basename(process.argv[1] || '').replace(/\.[cm]?js$/, '');
const isPackageManager = /^(npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(-cli)?$/.test(program);
function start() {
  const extra = JSON.parse(readFileSync(join(dir, 'arguments.json'), 'utf8'))[program] || [];
  if (worker.isMainThread) process.argv.push(...extra.map((word) => word.replace('$HEDDLE_PROBE_DIR', dir)));

  const root = realpathSync(env.HEDDLE_PROBE_ROOT);
  const inspector = require('inspector');
  // vitest 5 puts source maps into what it runs only for an open debugger.
  if (env.VITEST) inspector.url = () => 'heddle-probe';
  const session = new inspector.Session();
  try {
    session.connect();
  } catch {
    return; // node's test runner itself has no inspector
  }
  const post = (method, params) => {
    let result;
    session.post(method, params, (error, value) => {
      if (error) throw new Error(method + ': ' + error.message);
      result = value;
    });
    return result;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

  const scripts = new Map(); // script id -> {path, lineOf, length} or null for code that is not the project's own
  const outside = new Map(); // path -> set of lines, run outside any test
  const tests = [];
  const active = new Set();

  function ownPath(url) {
    let file;
    try {
      file = url.startsWith('file://') ? fileURLToPath(url.replace(/[?#].*$/, '')) : url;
    } catch {
      return null;
    }
    if (file[0] !== '/' && !/^[A-Za-z]:\\/.test(file)) return null;
    let path = relative(root, file);
    if (path.startsWith('..')) {
      try {
        path = relative(root, realpathSync(file));
      } catch {
        return null;
      }
    }
    const parts = path.split(sep);
    return path === '' || parts[0] === '..' || parts.includes('node_modules') ? null : parts.join('/');
  }

  function learn(found) {
    const maps = new Map();
    const parsed = (event) => maps.set(event.params.scriptId, event.params.sourceMapURL || '');
    session.on('Debugger.scriptParsed', parsed);
    post('Debugger.enable');
    for (const { scriptId, path } of found) {
      const source = post('Debugger.getScriptSource', { scriptId }).scriptSource;
      scripts.set(scriptId, { path, source, points: pointsOf(source, maps.get(scriptId) || '') });
    }
    post('Debugger.disable');
    session.removeListener('Debugger.scriptParsed', parsed);
  }

  // Pairs [offset, line]: where a line of the original begins to have code in what V8 ran.
  function pointsOf(source, mapUrl) {
    const starts = [0];
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(mapUrl);
    const points = [];
    if (inline) {
      const map = JSON.parse(Buffer.from(inline[1], 'base64').toString());
      const wrapper = /^\(\{"Object\.<anonymous>":function\([^)]*\)\{/.exec(source); // jest's, not in its map
      for (const [line, column, original] of decode(map.mappings || '')) {
        const shift = line === 0 && wrapper ? wrapper[0].length : 0;
        if (line < starts.length) points.push([starts[line] + column + shift, original + 1]);
      }
      return points;
    }
    const token = /\S+/g;
    let line = 0;
    for (let match = token.exec(source); match; match = token.exec(source)) {
      while (line + 1 < starts.length && starts[line + 1] <= match.index) line++;
      points.push([match.index, line + 1]);
    }
    return points;
  }

  // Cuts here: lines run since the last cut, by path.
  function cut() {
    const lines = new Map();
    const hits = [];
    const unknown = [];
    for (const script of post('Profiler.takePreciseCoverage').result) {
      if (scripts.get(script.scriptId) === null) continue;
      if (!scripts.has(script.scriptId)) {
        const path = ownPath(script.url);
        if (path === null) {
          scripts.set(script.scriptId, null);
          continue;
        }
        unknown.push({ scriptId: script.scriptId, path });
      }
      if (script.functions.some((f) => f.ranges.some((range) => range.count > 0))) hits.push(script);
    }
    if (unknown.length > 0) learn(unknown);
    for (const { scriptId, functions } of hits) {
      const { path, source, points } = scripts.get(scriptId);
      const ranges = [];
      for (const f of functions) ranges.push(...f.ranges);
      ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
      const ran = new Uint8Array(source.length); // ranges nest: an inner one, painted later, decides
      for (const r of ranges) ran.fill(r.count > 0 ? 1 : 0, r.startOffset, r.endOffset);
      const set = lines.get(path) || new Set();
      for (const [offset, line] of points) if (ran[offset]) set.add(line);
      if (set.size > 0) lines.set(path, set);
    }
    return lines;
  }

  function add(into, lines) {
    for (const [path, set] of lines) {
      const known = into.get(path);
      if (known) for (const line of set) known.add(line);
      else into.set(path, new Set(set));
    }
  }

  function boundary() {
    const lines = cut();
    if (active.size === 0) add(outside, lines);
    for (const test of active) add(test.lines, lines);
  }

  let written = false;
  function write(stopped) {
    if (written) return;
    written = true;
    boundary();
    for (const test of active) tests.push({ ...test, outcome: stopped ? 'hung' : 'failed' });
    const file = join(dir, 'out.' + process.pid + '.' + worker.threadId);
    const trace = {
      tests: tests.map((test) => ({ ...test, lines: packed(test.lines) })),
      outside: packed(outside),
      stopped,
    };
    const bytes = require('zlib').deflateSync(JSON.stringify(trace));
    writeFileSync(file + '.part', bytes.toString('base64'));
    renameSync(file + '.part', file);
  }

  process.once('exit', () => write(null));
  if (worker.isMainThread) {
    process.once('SIGTERM', () => {
      write(null);
      process.kill(process.pid, 'SIGTERM');
    });
    const seconds = Number(env.HEDDLE_PROBE_SECONDS);
    if (seconds > 0) watch(seconds);
  }
  if (env.NODE_TEST_CONTEXT && worker.isMainThread) cutInNodeTest();
  if (env.VITEST) cutInVitest();
  // Loaded once more by jest as its test runner, or by mocha as a required module.
  module.exports = { __esModule: true, default: runJest, mochaHooks };

  function enter(name) {
    boundary();
    const test = { name, outcome: 'unknown', lines: new Map() };
    active.add(test);
    return test;
  }

  function leave(test, outcome) {
    boundary();
    active.delete(test);
    tests.push({ ...test, outcome });
  }

  // Only in a process that node's runner started for a test file: elsewhere hooks would create a test run.
  function cutInNodeTest() {
    const { beforeEach, afterEach } = require('node:test');
    const running = new Map();
    const nameOf = (context) => context.fullName || context.name;
    beforeEach((context) => {
      running.set(nameOf(context), enter(nameOf(context)));
    });
    afterEach((context) => {
      const test = running.get(nameOf(context));
      // Before Node 21.7 a context does not know how its test ended.
      if (test) leave(test, context.passed === undefined ? 'unknown' : context.passed ? 'passed' : 'failed');
    });
  }

  // vitest's worker state names the running task in 'current'; the state is put in place by defineProperty.
  function cutInVitest() {
    const running = new Map();
    const nameOf = (task) => (task.suite && task.suite.name ? nameOf(task.suite) + ' > ' : '') + task.name;
    const ends = { pass: 'passed', fail: 'failed' };
    const settle = () => {
      for (const [task, test] of running) {
        const state = task.result && task.result.state;
        if (!state || state === 'run' || state === 'queued') continue;
        running.delete(task);
        leave(test, ends[state] || 'unknown');
      }
    };
    const define = Object.defineProperty;
    Object.defineProperty = (target, key, descriptor) => {
      if (key === '__vitest_worker__' && descriptor.value) follow(descriptor.value);
      return define(target, key, descriptor);
    };
    const follow = (state) => {
      let current = state.current;
      define(state, 'current', {
        configurable: true,
        enumerable: true,
        get: () => current,
        set(task) {
          current = task;
          settle();
          if (task && (task.type === 'test' || task.type === 'custom') && !running.has(task)) {
            running.set(task, enter((task.file ? task.file.name + ' > ' : '') + nameOf(task)));
          }
        },
      });
    };
    process.on('exit', settle);
  }

  function mochaHooks() {
    const running = new Map();
    return {
      beforeEach() {
        running.set(this.currentTest, enter(this.currentTest.titlePath().join(' > ')));
      },
      afterEach() {
        const test = running.get(this.currentTest);
        running.delete(this.currentTest);
        if (test) leave(test, this.currentTest.state === 'passed' ? 'passed' : 'failed');
      },
    };
  }

  // Delegates to jest's own runner, listening to its events.
  function runJest(globalConfig, config, environment, runtime, testPath, ...rest) {
    const own = environment.handleTestEvent;
    const running = new Map();
    const nameOf = (test) => (test.parent ? nameOf(test.parent).concat(test.name) : []);
    environment.handleTestEvent = (event, state) => {
      if (event.name === 'test_start') {
        running.set(event.test, enter([relative(root, testPath), ...nameOf(event.test)].join(' > ')));
      } else if (event.name === 'test_done' && running.has(event.test)) {
        leave(running.get(event.test), event.test.errors.length === 0 ? 'passed' : 'failed');
        running.delete(event.test);
      }
      return own ? own.call(environment, event, state) : undefined;
    };
    let from = join(config.rootDir, 'x');
    for (const name of ['jest', '@jest/core', 'jest-config', 'jest-circus/runner']) {
      try {
        from = require('module').createRequire(from).resolve(name);
      } catch {
        // Where packages lie flat, each is found from the root as well.
      }
    }
    const circus = require(from);
    return (circus.default || circus)(globalConfig, config, environment, runtime, testPath, ...rest);
  }

  function watch(seconds) {
    globalThis[Symbol.for('heddle.probe.stop')] = (frames) => {
      const stack = [];
      for (const { url, line, column, name } of frames) {
        const path = ownPath(url);
        if (path !== null) stack.push(name ? { path, line, column, name } : { path, line, column });
      }
      write(stack);
      process.reallyExit(124);
    };
    const watchdog = new worker.Worker(watchdogSource, {
      eval: true,
      env: { HEDDLE_PROBE_DIR: '' },
      execArgv: [],
      workerData: { seconds, pid: process.pid },
      stdout: false,
      stderr: false,
    });
    watchdog.unref();
    watchdog.on('error', () => {}); // without a watchdog there is still coverage
  }
}

const watchdogSource = [
  "'use strict';",
  "const { workerData } = require('worker_threads');",
  "const { Session } = require('inspector');",
  "setTimeout(() => {",
  "  const session = new Session();",
  "  session.connectToMainThread();",
  // A paused frame's own address is empty in Node: it is known by its script.
  "  const urls = new Map();",
  "  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));",
  "  const stop = (frames) => session.post('Runtime.evaluate', {",
  "    expression: 'globalThis[Symbol.for(\"heddle.probe.stop\")](' + JSON.stringify(frames) + ')',",
  "  });",
  "  session.once('Debugger.paused', ({ params }) => {",
  "    stop(params.callFrames.map((frame) => ({",
  "      url: urls.get(frame.location.scriptId) || '',",
  "      line: frame.location.lineNumber + 1,",
  "      column: frame.location.columnNumber + 1,",
  "      name: frame.functionName,",
  "    })));",
  "  });",
  "  session.post('Debugger.enable', () => session.post('Debugger.pause'));",
  // Not paused: the main thread waits for something, and an evaluation reaches it there.
  "  setTimeout(() => stop([]), 1000);",
  // Not even that: it is inside a system call.
  "  setTimeout(() => process.kill(workerData.pid, 'SIGKILL'), 3000);",
  "}, workerData.seconds * 1000);",
].join('\n');

function packed(lines) {
  const result = {};
  for (const [path, set] of lines) {
    const runs = [];
    for (const line of [...set].sort((a, b) => a - b)) {
      const last = runs[runs.length - 1];
      if (last && last[1] === line - 1) last[1] = line;
      else runs.push([line, line]);
    }
    result[path] = runs.map(([from, to]) => (from === to ? '' + from : from + '-' + to)).join(',');
  }
  return result;
}

// A source map's segments: [generated line, generated column, original line], all 0-based, for its first source.
function* decode(mappings) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let source = 0;
  let original = 0;
  for (const [line, text] of mappings.split(';').entries()) {
    let column = 0;
    for (const segment of text.split(',')) {
      const fields = [];
      let value = 0;
      let shift = 0;
      for (const char of segment) {
        const digit = digits.indexOf(char);
        value += (digit & 31) * 2 ** shift;
        shift += 5;
        if (digit & 32) continue;
        fields.push(value % 2 ? -Math.floor(value / 2) : value / 2);
        value = 0;
        shift = 0;
      }
      if (fields.length === 0) continue;
      column += fields[0];
      if (fields.length < 4) continue;
      source += fields[1];
      original += fields[2];
      if (source === 0) yield [line, column, original];
    }
  }
}

if (dir && existsSync(dir) && !isPackageManager) start();
`;
