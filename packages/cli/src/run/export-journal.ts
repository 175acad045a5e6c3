import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { EXIT, messageOf, OperatorError, type Store, systemCode } from '@heddle/core';
import {
  EXPORT_FORMATS,
  type Experiment,
  experimentSpans,
  findExperiment,
  type OutFile,
  otlpLines,
  rolloutSpans,
  sendTo,
  targetOf,
} from '@heddle/lab';
import manifest from '../../package.json' with { type: 'json' };
import type { ExportOptions } from '../commands/export.ts';
import { heddleHome, openJournal } from '../home.ts';
import { pickRollout } from '../pick-rollout.ts';

type Subject = { readonly rollout: string } | { readonly experiment: Experiment };

/** Characters written at once: a piece may be a single bracket. */
const BLOCK = 64 * 1024;

/** `heddle export`. */
export async function exportJournal(which: string, options: ExportOptions): Promise<void> {
  const store = openJournal(heddleHome());
  if (options.to !== undefined) return send(store, which, { ...options, to: options.to });
  const { format = '' } = options;
  if (format === 'otlp') {
    const subject = subjectOf(store, which);
    const pieces = () => otlpLines(spansOf(store, subject, options, false), manifest.version);
    return writeFiles([{ path: `${nameOf(subject)}.otlp.jsonl`, pieces }], options.output ?? '-', false);
  }
  const known = EXPORT_FORMATS.find(({ name }) => name === format);
  if (known === undefined) {
    const names = [...EXPORT_FORMATS.map(({ name }) => name), 'otlp'].join(', ');
    const message = format === '' ? 'an export needs a --format, or --to' : `there is no format ${format}`;
    throw new OperatorError('unknown-format', message, { hint: `one of ${names}`, exitCode: EXIT.usage });
  }
  const of =
    known.rollout === undefined ? 'experiment' : known.experiment === undefined ? 'rollout' : undefined;
  const subject = subjectOf(store, which, of);
  const choice = { heddle: manifest.version, agent: options.agent, attempt: options.attempt };
  const files =
    'rollout' in subject
      ? await known.rollout!(store, subject.rollout, choice)
      : known.experiment!(store, subject.experiment, choice);
  await writeFiles(files, options.output ?? (known.folder ? '' : '-'), known.folder === true);
}

async function send(
  store: Store,
  which: string,
  options: ExportOptions & { readonly to: string },
): Promise<void> {
  const target = targetOf(options.to, options.header ?? []);
  const subject = subjectOf(store, which);
  const sent = await sendTo(target, spansOf(store, subject, options, target.openInference), manifest.version);
  process.stderr.write(`${sent} spans of ${nameOf(subject)} sent to ${target.url}\n`);
}

function spansOf(store: Store, subject: Subject, { content, agent }: ExportOptions, openInference: boolean) {
  const choice = { content: content === true, openInference };
  return 'rollout' in subject
    ? rolloutSpans(store, subject.rollout, choice)
    : experimentSpans(store, subject.experiment, choice, agent);
}

function nameOf(subject: Subject): string {
  return 'rollout' in subject ? subject.rollout : subject.experiment.experiment;
}

/** A rollout of that name, else an experiment; `last` is a rollout unless only experiments are written so. */
function subjectOf(store: Store, which: string, of?: 'rollout' | 'experiment'): Subject {
  const rollout = (): Subject => ({ rollout: pickRollout(store, which) });
  const experiment = (): Subject => ({ experiment: findExperiment(store, which) });
  if (of !== undefined) return of === 'rollout' ? rollout() : experiment();
  if (which === 'last') return rollout();
  try {
    return rollout();
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'no-such-rollout') throw error;
    try {
      return experiment();
    } catch (other) {
      if (!(other instanceof OperatorError) || other.code !== 'no-such-experiment') throw other;
      throw new OperatorError('no-such-subject', `there is neither a rollout nor an experiment ${which}`, {
        hint: '`heddle list` and `heddle experiments` show those there are',
        exitCode: EXIT.usage,
      });
    }
  }
}

/** One file goes to a file or to standard output; several, or a format's folder, into a folder. */
async function writeFiles(files: Iterable<OutFile>, output: string, folder: boolean): Promise<void> {
  const rest = files[Symbol.iterator]();
  const first = rest.next();
  if (first.done)
    throw new OperatorError('nothing-to-export', 'there is nothing graded to write yet', {
      hint: '`heddle experiments` shows how far it is',
    });
  const second = folder ? null : rest.next();
  const several = folder || second?.done !== true;
  if (!several && output === '-') return writeTo(process.stdout, first.value);
  if (!several && !isFolder(output)) return writeFile(output, first.value);
  if (output === '' || output === '-')
    throw new OperatorError('needs-a-folder', 'this writes several files', {
      hint: 'name a folder with --output, or one agent with --agent',
      exitCode: EXIT.usage,
    });
  let written = 0;
  const write = async (file: OutFile) => {
    await writeFile(join(output, file.path), file);
    written += 1;
  };
  await write(first.value);
  if (second !== null && !second.done) await write(second.value);
  for (let next = rest.next(); !next.done; next = rest.next()) await write(next.value);
  process.stderr.write(`${written} ${written === 1 ? 'file' : 'files'} in ${output}\n`);
}

function isFolder(output: string): boolean {
  return output.endsWith('/') || (existsSync(output) && statSync(output).isDirectory());
}

async function writeFile(path: string, file: OutFile): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const stream = createWriteStream(path);
    await once(stream, 'open');
    await writeTo(stream, file);
    stream.end();
    await once(stream, 'finish');
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined || cause instanceof OperatorError) throw cause;
    throw new OperatorError('not-written', `${path} cannot be written (${messageOf(cause)})`, {
      cause,
      hint: 'name another place with --output',
      exitCode: EXIT.usage,
    });
  }
}

/** As fast as it is taken; a reader that has gone ends it. */
async function writeTo(stream: Writable, { pieces }: OutFile): Promise<void> {
  const put = async (block: string | Uint8Array): Promise<boolean> => {
    if (stream.destroyed) return false;
    if (!stream.write(block)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
    return true;
  };
  let block = '';
  for await (const piece of pieces()) {
    if (typeof piece !== 'string') {
      if (!(await put(piece))) return;
      continue;
    }
    block += piece;
    if (block.length < BLOCK) continue;
    if (!(await put(block))) return;
    block = '';
  }
  if (block !== '') await put(block);
}
