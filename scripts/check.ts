// `npm run check`: everything that can be said about the project without running its tests.
import { existsSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { run, runTool } from './check/command.ts';
import { checkDependencyPage } from './check/dependency-page.ts';
import type { Finding } from './check/finding.ts';
import { checkLayers } from './check/layers.ts';
import { checkLockfile } from './check/lockfile.ts';
import { checkSizes } from './check/sizes.ts';
import { checkTraces, tracesOf } from './check/traces.ts';

/** The tools use several threads themselves; more at once than this only compete. */
const AT_ONCE = 2;

interface Step {
  readonly name: string;
  readonly run: () => Promise<Finding> | Finding;
}

export interface CheckResult {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Runs all steps and prints one line for each, with the details of those that fail. */
export async function check(root: string): Promise<CheckResult> {
  const queue = await steps(root);
  const failed: string[] = [];
  const passed: string[] = [];
  const worker = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) {
      const started = performance.now();
      const finding = await step.run();
      report(step.name, finding, performance.now() - started);
      (finding.problems.length > 0 ? failed : passed).push(step.name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(failed.length > 0 ? `check failed: ${failed.join(', ')}\n` : 'check passed\n');
  return { passed, failed };
}

async function steps(root: string): Promise<Step[]> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root);
  const files = listed.output.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)));
  const npmrc = await run('npm', ['config', 'get', 'registry'], root);
  const registry = npmrc.output.split('\n').find((line) => URL.canParse(line)) ?? '';
  const traces = tracesOf({ root, home: homedir(), hostname: hostname(), temporary: tmpdir(), registry });
  return [
    { name: 'types', run: () => runTool(root, 'tsc', ['-p', '.']) },
    { name: 'script types', run: () => runTool(root, 'tsc', ['-p', 'scripts']) },
    { name: 'page types', run: () => runTool(root, 'tsc', ['-p', 'packages/studio/page']) },
    {
      name: 'lint',
      run: () => runTool(root, 'biome', ['check', '--colors=off', '--error-on-warnings', '.']),
    },
    { name: 'unused', run: () => runTool(root, 'knip', ['--no-progress', '--no-config-hints']) },
    { name: 'cycles', run: () => runTool(root, 'knip', ['--no-progress', '--no-config-hints', '--cycles']) },
    { name: 'layers', run: () => checkLayers(root) },
    { name: 'file sizes', run: () => checkSizes(root, files) },
    { name: 'traces', run: () => checkTraces(root, files, traces) },
    { name: 'lock file', run: () => checkLockfile(root) },
    { name: 'dependencies', run: () => checkDependencyPage(root) },
  ];
}

function report(name: string, finding: Finding, milliseconds: number): void {
  const ok = finding.problems.length === 0;
  const lines = [
    `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(13)} ${(milliseconds / 1000).toFixed(1).padStart(5)} s  ${finding.seen}`,
  ];
  for (const text of finding.warnings ?? []) lines.push(indent(`warning: ${text}`));
  for (const text of finding.problems) lines.push(indent(text));
  process.stdout.write(`${lines.join('\n').trimEnd()}\n`);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}

if (import.meta.main) {
  const { failed } = await check(path.dirname(import.meta.dirname));
  process.exitCode = failed.length > 0 ? 1 : 0;
}
