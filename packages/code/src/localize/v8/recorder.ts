/**
 * Records which lines run, as segments of a process: the lines run outside any test, and those of each test.
 * Written to one file per process and thread: see `RunTrace` in `probe.ts`.
 */
export const V8_RECORDER = String.raw`'use strict';
const { realpathSync, renameSync, unlinkSync, writeFileSync } = require('fs');
const { join, relative, sep } = require('path');
const { fileURLToPath } = require('url');
const { threadId } = require('worker_threads');
const { pointsOf } = require('./mapping.cjs');

// Assertions of one test told apart: each costs a look at all coverage counters.
const MOST_HELD = 200;

const MISSED = 0;
const RAN = 1;
const EDGE = 2;

exports.record = function record(dir, rootGiven) {
  const root = realpathSync(rootGiven);
  const inspector = require('inspector');
  // vitest 5 puts source maps into what it runs only for an open debugger.
  if (process.env.VITEST) inspector.url = () => 'heddle-probe';
  const session = new inspector.Session();
  try {
    session.connect();
  } catch {
    return null; // node's test runner itself has no inspector
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

  // A test that starts a process hands its key on, so that the child's lines become its own.
  const within = process.env.HEDDLE_PROBE_WITHIN || null;
  let outsideKey = within;
  const scripts = new Map(); // script id -> {source, points}, or null for code that is not the project's own
  const active = new Set();
  const segments = [];
  let segment;
  let keys = 0;
  nextSegment();

  function nextSegment() {
    if (segment) boundary();
    segment = { tests: [], outside: new Map() };
    segments.push(segment);
  }

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
      const points = pointsOf({ root, path, source, mapUrl: maps.get(scriptId) || '', ownPath });
      scripts.set(scriptId, { source, points });
    }
    post('Debugger.disable');
    session.removeListener('Debugger.scriptParsed', parsed);
  }

  // Lines run since the last cut, by path: line -> columns at which it has code that did not run.
  function cut() {
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
    const lines = new Map();
    for (const { scriptId, functions } of hits) {
      const { source, points } = scripts.get(scriptId);
      const ranges = [];
      for (const f of functions) ranges.push(...f.ranges);
      ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
      const ran = new Uint8Array(source.length).fill(MISSED); // ranges nest: an inner one, painted later, decides
      for (const r of ranges) ran.fill(r.count > 0 ? RAN : MISSED, r.startOffset, r.endOffset);
      // Where a function or a block begins and ends says nothing of those lines; what lies in one line does.
      for (const r of ranges) {
        const first = r.count > 0 ? -1 : source.indexOf('\n', r.startOffset);
        if (first < 0 || first >= r.endOffset) continue;
        ran.fill(EDGE, r.startOffset, first);
        ran.fill(EDGE, source.lastIndexOf('\n', r.endOffset - 1), r.endOffset);
      }
      for (const [offset, path, line] of points) {
        if (ran[offset] !== RAN) continue;
        if (!lines.has(path)) lines.set(path, new Map());
        if (!lines.get(path).has(line)) lines.get(path).set(line, new Set());
      }
      for (const [offset, path, line, column] of points) {
        if (ran[offset] === MISSED && lines.get(path)?.has(line)) lines.get(path).get(line).add(column);
      }
    }
    return lines;
  }

  function boundary() {
    const lines = cut();
    if (active.size === 0) add(segment.outside, lines);
    for (const test of active) add(test.lines, lines);
  }

  function enter(name) {
    boundary();
    const key = process.pid + '.' + threadId + '.' + keys++;
    const test = { key, name, outcome: 'unknown', lines: new Map(), held: [] };
    active.add(test);
    handOn(key);
    return test;
  }

  function leave(test, outcome) {
    boundary();
    active.delete(test);
    test.outcome = outcome;
    segment.tests.push(test);
    handOn(outsideKey);
  }

  // An assertion of the running test held: what ran since the one before it seems sound.
  function held() {
    if (active.size !== 1) return;
    const [test] = active;
    if (test.held.length >= MOST_HELD) return;
    const lines = cut();
    add(test.lines, lines);
    test.held.push(lines);
  }

  function handOn(key) {
    if (key) process.env.HEDDLE_PROBE_WITHIN = key;
    else delete process.env.HEDDLE_PROBE_WITHIN;
  }

  // Also processes started outside any test shall know that the test runner did not start them.
  function markChildren() {
    outsideKey = process.pid + '.' + threadId + '.outside';
    handOn(outsideKey);
  }

  let trace = null;
  let file = null;
  function write(exitCode, stopped) {
    if (trace) return;
    boundary();
    for (const test of [...active]) leave(test, stopped ? 'hung' : 'failed');
    trace = {
      within,
      exitCode,
      stopped,
      segments: segments.map(({ tests, outside }) => ({
        tests: tests.map((test) => ({
          ...test,
          lines: packed(test.lines),
          held: test.outcome === 'failed' ? test.held.map(packed) : [],
        })),
        outside: packed(outside),
      })),
    };
    put();
  }

  // Runners that judge in their own 'exit' listeners, after ours, decide on the exit code only then.
  function amend(exitCode) {
    if (!trace || trace.stopped || trace.exitCode === exitCode) return;
    trace.exitCode = exitCode;
    unlinkSync(file);
    put();
  }

  function put() {
    const passed = segments.every(({ tests }) => tests.length > 0 && tests.every((test) => test.outcome === 'passed'));
    // Failures sort first: what is printed may be cut.
    file = join(dir, 'out.' + (passed && !trace.exitCode ? 1 : 0) + '.' + process.pid + '.' + threadId);
    const bytes = require('zlib').deflateSync(JSON.stringify(trace));
    writeFileSync(file + '.part', bytes.toString('base64'));
    renameSync(file + '.part', file);
  }

  const { emit, reallyExit } = process;
  process.emit = function (name, code) {
    const heard = emit.apply(this, arguments);
    if (name === 'exit') amend(typeof process.exitCode === 'number' ? process.exitCode : code);
    return heard;
  };
  process.reallyExit = function (code) {
    amend(code || 0);
    return reallyExit.apply(this, arguments);
  };
  process.once('exit', (code) => write(code, null));
  return { root, within, ownPath, enter, leave, held, markChildren, nextSegment, write };
};

// What neither ran is what is missing of both.
function add(into, lines) {
  for (const [path, own] of lines) {
    const known = into.get(path);
    if (!known) {
      into.set(path, new Map(own));
      continue;
    }
    for (const [line, missed] of own) {
      const before = known.get(line);
      known.set(line, before ? new Set([...before].filter((column) => missed.has(column))) : missed);
    }
  }
}

// "3-5,9:14:20": lines 3 to 5 as a whole, and 9 but for what begins at columns 14 and 20.
function packed(lines) {
  const result = {};
  for (const [path, own] of lines) {
    const runs = [];
    for (const [line, missed] of [...own].sort(([a], [b]) => a - b)) {
      const last = runs[runs.length - 1];
      if (last && last.missed.size === 0 && missed.size === 0 && last.to === line - 1) last.to = line;
      else runs.push({ from: line, to: line, missed });
    }
    result[path] = runs
      .map(({ from, to, missed }) => (from === to ? [from, ...missed].join(':') : from + '-' + to))
      .join(',');
  }
  return result;
}
`;
