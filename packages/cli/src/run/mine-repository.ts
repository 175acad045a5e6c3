import { basename, resolve } from 'node:path';
import { OperatorError } from '@heddle/core';
import {
  DEFAULT_MINING,
  type MineCensus,
  type MineOptions,
  mine,
  readEnvironments,
  readIssues,
} from '@heddle/lab';
import type { MineChoice } from '../commands/mine.ts';
import { heddleHome } from '../home.ts';
import { columnsOf } from '../render/text.ts';
import { terminalOf } from '../terminal.ts';
import { listenForInterrupt } from './interrupt.ts';
import { sandboxOption } from './sandbox-option.ts';

/** `heddle mine`. */
export async function mineRepository(repository: string, options: MineChoice): Promise<void> {
  const out = resolve(options.out ?? `${basename(resolve(repository))}-mined.jsonl`);
  const interrupt = listenForInterrupt(() =>
    process.stderr.write(
      'heddle: stopping; the same command goes on where it was. Again to leave at once.\n',
    ),
  );
  try {
    const census = await mine({
      ...(await askedOf(repository, options)),
      out,
      home: heddleHome(),
      signal: interrupt.signal,
      ...(options.quiet !== true && { onCommit: narrate }),
    });
    if (options.json)
      process.stdout.write(`${JSON.stringify({ out, census: Object.fromEntries(census) }, null, 2)}\n`);
    else process.stdout.write(censusText(census, out));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new OperatorError('interrupted', 'stopped before the history was through', {
      hint: 'the same command goes on where it was',
      exitCode: 130,
    });
  } finally {
    interrupt.dispose();
  }
}

async function askedOf(
  repository: string,
  options: MineChoice,
): Promise<Omit<MineOptions, 'out' | 'home' | 'signal' | 'onCommit'>> {
  const { limit, since, test, parser, setup, sweBench } = options;
  if (parser !== undefined && test === undefined) {
    throw new OperatorError('no-command', '--parser says how the output of --test is read', {
      hint: 'give --test too',
    });
  }
  const environment =
    options.environments === undefined ? null : environmentOf(repository, options.environments);
  return {
    repository,
    rules: {
      ...DEFAULT_MINING.rules,
      ...(options.maxLines !== undefined && { maxLines: options.maxLines }),
      anyChange: options.any === true,
      language: options.language ?? null,
    },
    runs: options.runs ?? DEFAULT_MINING.runs,
    timeoutSeconds: options.testTime ?? DEFAULT_MINING.timeoutSeconds,
    sandbox: sandboxOption(options.sandbox),
    ...(limit !== undefined && { limit }),
    ...(since !== undefined && { since }),
    ...(options.issues !== undefined && { issues: await readIssues(options.issues) }),
    ...(test !== undefined && { test: { command: test, ...(parser !== undefined && { parser }) } }),
    ...(setup !== undefined && { setup: { command: setup, network: options.setupNetwork === true } }),
    ...(environment !== null && { environment }),
    ...(sweBench !== undefined && { sweBench: resolve(sweBench) }),
  };
}

function environmentOf(repository: string, file: string) {
  const repo = basename(resolve(repository));
  return readEnvironments(file)({ id: repo, repo, version: null });
}

/** Rejections by message alone are many and quick; only what was tried is told. */
const narrate: NonNullable<MineOptions['onCommit']> = ({ commit, subject, outcome, why }, progress) => {
  if (why === '') return;
  const { looked, commits, kept } = progress;
  const { columns: width } = terminalOf(process.stderr);
  const text = `${looked}/${commits} ${kept} kept  ${commit.slice(0, 8)} ${outcome}: ${why}  (${subject})`;
  const line = columnsOf(text) > width ? `${text.slice(0, width - 1)}…` : text;
  process.stderr.write(`${line}\n`);
};

function censusText(census: MineCensus, out: string): string {
  const kept = census.get('kept') ?? 0;
  const total = [...census.values()].reduce((sum, each) => sum + each, 0);
  const rows = [...census].filter(([reason]) => reason !== 'kept').sort((a, b) => b[1] - a[1]);
  const lines = rows.map(([reason, count]) => `${String(count).padStart(6)}  ${reason}\n`);
  return `${kept} of ${total} commits kept in ${out}\n${lines.join('')}`;
}
