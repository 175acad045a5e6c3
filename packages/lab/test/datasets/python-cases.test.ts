import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PythonCase, pythonCases } from '../../src/datasets/python-cases.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-cases-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function grade(...cases: PythonCase[]): string {
  const { command, files } = pythonCases(cases);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text!);
  }
  return spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }).stdout;
}

describe('cases in Python', () => {
  it('are ended by the processor time they took, not by a clock that a busy machine runs ahead of', () => {
    const printed = grade(
      { name: 'loops', code: 'while True: pass', seconds: 1 },
      {
        name: 'shrugs',
        code: 'import signal\nsignal.signal(signal.SIGXCPU, lambda *_: None)\nwhile True: pass',
        seconds: 1,
      },
      { name: 'waits', code: 'import time\ntime.sleep(2)', seconds: 1 },
      { name: 'adds', code: 'assert 1 + 1 == 2' },
    );
    expect(printed.split('\n').filter((line) => line.startsWith('case'))).toEqual([
      'case failed loops',
      'case failed shrugs',
      'case passed waits',
      'case passed adds',
    ]);
    expect(printed).toContain('| still computing after 1 seconds of processor time');
  });

  it('that wait for ever are ended too', () => {
    const printed = grade({ name: 'waits', code: 'import time\ntime.sleep(600)', seconds: 0.1 });
    expect(printed).toContain('case failed waits\n');
    expect(printed).toContain('| still running after 0.6 seconds');
  });
});
