/**
 * Cuts a recorder's coverage at test boundaries, through what each framework offers: root hooks (node:test,
 * mocha), a wrapped test runner (jest), the worker's state (vitest); and behind assertions of `node:assert`.
 */
export const V8_BOUNDARIES = `'use strict';
const { join, relative } = require('path');
const worker = require('worker_threads');

exports.cutAtTests = function cutAtTests(recorder) {
  // Only in a process that node's runner itself started for a test file: elsewhere hooks would create a test run.
  if (process.env.NODE_TEST_CONTEXT && worker.isMainThread && !recorder.within) cutInNodeTest(recorder);
  if (process.env.VITEST) cutInVitest(recorder);
  cutAtAssertions(recorder);
  // Loaded once more by jest as its test runner, or by mocha as a required module.
  return {
    __esModule: true,
    default: (...jest) => runJest(recorder, ...jest),
    mochaHooks: () => mochaHooks(recorder),
  };
};

// Node's own assertions, in whatever framework; the module itself, called as a function, can't be replaced.
function cutAtAssertions({ held }) {
  const assert = require('assert');
  for (const module of [assert, assert.strict]) {
    for (const [name, check] of Object.entries(module)) {
      if (typeof check !== 'function' || !/^[a-z]/.test(name) || name === 'strict') continue;
      module[name] = (...given) => {
        const end = check(...given);
        if (end && typeof end.then === 'function') end.then(held, () => {});
        else held();
        return end;
      };
    }
  }
  require('module').syncBuiltinESMExports();
}

function cutInNodeTest({ enter, leave, markChildren }) {
  markChildren();
  const { beforeEach, afterEach } = require('node:test');
  const running = new Map();
  const nameOf = (context) => context.fullName || context.name;
  beforeEach((context) => {
    running.set(nameOf(context), enter(nameOf(context)));
  });
  afterEach((context) => {
    const test = running.get(nameOf(context));
    running.delete(nameOf(context));
    // Older contexts do not know how their test ended.
    if (test) leave(test, context.passed === undefined ? 'unknown' : context.passed ? 'passed' : 'failed');
  });
}

// vitest's worker state names the running task in 'current'; the state is put in place by defineProperty.
function cutInVitest({ enter, leave }) {
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
  process.prependListener('exit', settle);
}

function mochaHooks({ enter, leave }) {
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

// Delegates to jest's own runner, listening to its events. Each file has modules of its own.
function runJest({ root, enter, leave, nextSegment }, globalConfig, config, environment, runtime, testPath, ...rest) {
  nextSegment();
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
`;
