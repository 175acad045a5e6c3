import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import type { Model } from '@heddle/models';

/**
 * The least that can stand for the agent loop: the same tools with the same texts, one folder, one check, no
 * sandbox. It exists so that this package is tested without the packages above it.
 */
export interface Trial {
  readonly files: Readonly<Record<string, string>>;
  /** Shell command that exits 0 when all is well; its tests print `ok name` or `not ok name`. */
  readonly check: string;
  readonly model: Model;
  /** Of the rollout, as the model is told. */
  readonly limits?: { readonly steps: number; readonly seconds: number };
  /** Labels of candidates that a compiler rejects. */
  readonly rejects?: RegExp;
  /** May change the messages before each request, to play a crash. */
  readonly disturb?: (messages: LanguageModelV4Message[]) => void;
}

export interface Outcome {
  /** Files that differ in the end. */
  readonly changed: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly probability: number;
  readonly said: readonly string[];
  /** Labels of the candidates run, in order. */
  readonly tried: readonly string[];
  readonly passes: boolean;
}

interface Edit {
  readonly path: string;
  readonly line: number;
  readonly old: string;
  readonly new: string;
}
interface Input extends Edit {
  readonly command: string;
  readonly summary: string;
  readonly probability: number;
  readonly stop_after: number;
  readonly check_types?: boolean;
  readonly candidates: readonly { readonly label: string; readonly edits: readonly Edit[] }[];
}

const TOOLS = ['bash', 'edit', 'finish', 'localize', 'attempt'].map((name) => ({
  type: 'function' as const,
  name,
  inputSchema: {},
}));
/** No case here needs more; a model that goes on for ever is a failure. */
const MAX_TURNS = 40;
/** A candidate that runs longer runs without end. */
const LIMIT_MS = 800;

export async function solve(trial: Trial): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), 'repair-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  try {
    for (const [path, text] of Object.entries(trial.files)) write(path, text);
    return await run(trial, { root, read, write });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Folder {
  readonly root: string;
  read(path: string): string;
  write(path: string, text: string): void;
}

async function run(
  { files, check, model, rejects, disturb, limits = { steps: 150, seconds: 3600 } }: Trial,
  folder: Folder,
): Promise<Outcome> {
  const said: string[] = [];
  const tried: string[] = [];
  const undo: { path: string; text: string }[] = [];
  let finishing = 0;
  let end: Input | null = null;
  const test = () => runCheck(check, folder.root);
  const messages: LanguageModelV4Message[] = [
    user(
      `<task>\nMake the check pass.\n</task>\n\nRepository: ${folder.root}, an isolated copy; …\nLimits: ${limits.steps} steps, ${limits.seconds} s, $5.`,
    ),
    user(`Checks before any edit:\n${report(test())} · command: \`${check}\``),
  ];

  const tools: Record<string, (input: Input) => string> = {
    localize: () =>
      Object.entries(files)
        .filter(([path]) => !/test/.test(path))
        .flatMap(([path, text]) =>
          text
            .split('\n')
            .map((line, index) => `${path}:${index + 1} 0.500 run by failing tests | ${line.trim()}`),
        )
        .filter((line) => !line.endsWith('| '))
        .join('\n'),
    edit: ({ command, path, old, new: put }) => {
      if (command === 'view') {
        const lines = folder.read(path).replace(/\n$/, '').split('\n');
        return lines.map((line, index) => `${String(index + 1).padStart(6)}\t${line}`).join('\n');
      }
      finishing = 0;
      if (command === 'undo') {
        const last = undo.pop()!;
        folder.write(last.path, last.text);
        return `Took back the last edit of ${path}.`;
      }
      const text = folder.read(path);
      if (text.split(old).length !== 2) throw new Error(`not a unique match: ${old}`);
      undo.push({ path, text });
      folder.write(
        path,
        text.replace(old, () => put),
      );
      return `Changed ${path}.`;
    },
    attempt: ({ candidates, stop_after: stopAfter, check_types: types = true }) => {
      const rows: string[] = [];
      const before = test();
      for (const [index, { label, edits }] of candidates.entries()) {
        if (types && rejects?.test(label)) {
          rows.push(`#${index + 1} ill-typed x (TS0000: never mind)`);
          continue;
        }
        tried.push(label);
        rows.push(attempt(index, edits, before, { folder, test }));
        if (rows.filter((row) => / pass /.test(row)).length >= stopAfter) break;
      }
      return [
        `Tried ${rows.length} of ${candidates.length} candidates on check test in 1.0 s.`,
        ...rows,
      ].join('\n');
    },
    finish: (input) => {
      finishing += 1;
      if (finishing === 2) end = input;
      return finishing === 2 ? 'Submitted.' : `Not submitted yet.\n${report(test())}`;
    },
  };

  for (let turn = 0; turn < MAX_TURNS && end === null; turn++) {
    disturb?.(messages);
    const { content } = await model.language.doGenerate({ prompt: messages, tools: TOOLS });
    const calls = content.filter((part) => part.type === 'tool-call');
    said.push(...content.filter((part) => part.type === 'text').map(({ text }) => text));
    messages.push({
      role: 'assistant',
      content: calls.map(({ toolCallId, toolName, input }) => ({
        type: 'tool-call',
        toolCallId,
        toolName,
        input: JSON.parse(input),
      })),
    });
    const files = undo.length;
    messages.push({
      role: 'tool',
      content: calls.map(({ toolCallId, toolName, input }) =>
        result(toolCallId, toolName, tools[toolName]!(JSON.parse(input))),
      ),
    });
    if (undo.length !== files)
      messages.push(user(`[step ${turn} of 150] Checks after this step:\n${report(test())}`));
  }
  if (end === null) throw new Error(`no end after ${MAX_TURNS} turns:\n${said.join('\n')}`);
  const { summary, probability } = end as Input;
  const changed = Object.entries(files).flatMap(([path, text]) =>
    folder.read(path) === text ? [] : [[path, folder.read(path)] as const],
  );
  const passes = test().code === 0;
  return { changed: Object.fromEntries(changed), summary, probability, said, tried, passes };
}

function attempt(
  index: number,
  edits: readonly Edit[],
  before: Run,
  { folder, test }: { folder: Folder; test: () => Run },
): string {
  const { path, line, old, new: put } = edits[0]!;
  const text = folder.read(path);
  const from =
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  if (!text.startsWith(old, from)) throw new Error(`candidate does not fit ${path}:${line}: ${old}`);
  folder.write(path, text.slice(0, from) + put + text.slice(from + old.length));
  const after = test();
  folder.write(path, text);
  const mended = before.failing.filter((name) => after.passing.includes(name));
  const broke = after.code === null || before.passing.some((name) => !after.passing.includes(name));
  if (after.code === null) return `#${index + 1} hung x`;
  if (after.code === 0) return `#${index + 1} pass ${after.passing.length}/${after.passing.length} x`;
  const part = mended.length > 0 && !broke;
  return `#${index + 1} ${part ? 'part' : 'fail'} ${mended.length}/${before.failing.length} x`;
}

interface Run {
  readonly code: number | null;
  readonly passing: readonly string[];
  readonly failing: readonly string[];
}

function runCheck(command: string, cwd: string): Run {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd,
    timeout: LIMIT_MS,
    encoding: 'utf8',
    env,
    killSignal: 'SIGKILL',
  });
  const lines = `${stdout}${stderr}`.split('\n');
  const named = (mark: string) =>
    lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
  return { code: status, passing: named('ok '), failing: named('not ok ') };
}

function report({ code, passing, failing }: Run): string {
  const status = code === 0 ? 'passed' : code === null ? 'HUNG until its time limit' : 'FAILED';
  const inside = [
    ...(code === null ? [] : [`exit ${code}`]),
    `${passing.length} passed, ${failing.length} failed`,
  ];
  const names = failing.map((name) => `"${name}"`).join(', ');
  return `- test: ${status} (${inside.join('; ')})${names ? `\n  failing: ${names}` : ''}`;
}

function user(text: string): LanguageModelV4Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}

function result(toolCallId: string, toolName: string, value: string): LanguageModelV4ToolResultPart {
  return { type: 'tool-result', toolCallId, toolName, output: { type: 'text', value } };
}
