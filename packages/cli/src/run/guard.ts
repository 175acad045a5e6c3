import { readFileSync } from 'node:fs';
import type { Answerer, DeskPerson, GuardOptions, Inbox } from '@heddle/agent';
import { messageOf, OperatorError } from '@heddle/core';
import { AllowList, checkSecret, type Secret } from '@heddle/workspace';
import type { GuardChoice } from '../commands/run-options.ts';
import type { Config } from '../config/schema.ts';
import { printable } from '../render/text.ts';
import type { JsonLines } from './json-lines.ts';
import { TwoPlaces } from './two-places.ts';

export interface OpenGuard {
  readonly guard: GuardOptions;
  /** Who answers what the model asks; absent where nobody can. */
  readonly answerer?: Answerer;
  /** Somebody may be asked at the terminal: the screen must keep still. */
  readonly asks: boolean;
  /** Told when a question at the terminal begins and when it has its answer. */
  onAsking?(tell: (asking: boolean) => void): void;
  close(): void;
}

interface Ends {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; unref?(): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: NodeJS.ProcessEnv;
  /** A program that is asked in the person's place. */
  readonly stream?: JsonLines;
  /** Whoever is at another process. */
  readonly desk: DeskPerson;
  /** Opens the model in a person's place. */
  auditor(spec: string): Promise<GuardOptions['approver']>;
}

/** Throws OperatorError `no-terminal`, `no-secret`, `bad-secret`, `bad-host`, and what opening the auditor throws. */
export async function openGuard(choice: GuardChoice, config: Config, ends: Ends): Promise<OpenGuard> {
  const { approve, effects, commands, auditor, desk: waiting = false } = config.guard ?? {};
  const mode = choice.approve ?? approve ?? 'never';
  const secrets = (choice.secret ?? []).map((text) => secretOf(text, ends.env));
  for (const secret of secrets) checkSecret(secret);
  const hosts = [...(config.guard?.allowHosts ?? []), ...(choice.allowHost ?? [])];
  new AllowList(hosts); // refuses a wrong entry
  const rules = {
    ...(effects === undefined ? {} : { effects }),
    ...(commands === undefined ? {} : { commands }),
    ...(choice.sealHistory ? { sealed: true } : {}),
  };
  const model = mode === 'never' || auditor === undefined ? undefined : await ends.auditor(auditor);
  const { stream, desk } = ends;
  const waits = choice.desk ?? waiting;
  const terminal = ends.stdin.isTTY === true;
  if (mode !== 'never' && model === undefined && stream === undefined && !terminal && !waits) {
    throw new OperatorError(
      'no-terminal',
      `--approve ${mode} asks a person, and standard input is no terminal`,
      {
        hint: 'run it in a terminal, let it wait with --desk for `heddle studio` or `heddle desk`, let a program answer with --stream, name a model under "guard": {"auditor": …}, or use --approve never: the sandbox stays',
      },
    );
  }
  const listens = stream === undefined && terminal && (mode !== 'never' || isForeground());
  const lines = listens ? await openLines(ends) : null;
  const here = stream ?? lines;
  // A program that stands for a person shares that with the desk only where it is told to.
  const both = here !== null && (waits || here === lines);
  const person = both ? new TwoPlaces(here, desk, { waits }) : (here ?? (waits ? desk : null));
  const inbox: Inbox = { take: (rollout) => [...(here?.take() ?? []), ...desk.take(rollout)] };
  return {
    guard: {
      mode,
      ...(Object.keys(rules).length > 0 ? { rules } : {}),
      ...(secrets.length > 0 ? { secrets } : {}),
      ...(hosts.length > 0 ? { allowHosts: hosts } : {}),
      inbox,
      ...(model !== undefined ? { approver: model } : person === null ? {} : { approver: person }),
    },
    ...(person === null ? {} : { answerer: person }),
    asks: lines !== null && mode !== 'never' && model === undefined,
    ...(lines === null
      ? {}
      : {
          onAsking(tell) {
            lines.onAsking = tell;
          },
        }),
    close() {
      const unheard = here?.take() ?? [];
      for (const text of unheard)
        ends.stderr.write(`heddle: it ended before it could hear "${printable(text)}"\n`);
      here?.close();
    },
  };
}

async function openLines({ stdin, stderr }: Ends) {
  const { Lines } = await import('./lines.ts');
  const lines = new Lines({ input: stdin, output: stderr });
  // Nobody need say anything: the process ends with its work.
  stdin.unref?.();
  return lines;
}

function secretOf(text: string, env: NodeJS.ProcessEnv): Secret {
  const [, name = text, file] = /^(\w+)=@(.+)$/s.exec(text) ?? [];
  if (file !== undefined) {
    try {
      return { name, value: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
    } catch (cause) {
      throw new OperatorError('no-secret', `cannot read the secret ${name}: ${messageOf(cause)}`, {
        cause,
        hint: 'give the path of a file: --secret NAME=@file',
      });
    }
  }
  if (name.includes('='))
    throw new OperatorError(
      'no-secret',
      '--secret takes a name, not a value: others on this machine can read command lines',
      {
        hint: 'export the variable and give --secret NAME, or --secret NAME=@file',
      },
    );
  const value = env[name];
  if (value === undefined)
    throw new OperatorError('no-secret', `there is no variable ${name} in the environment`, {
      hint: `export it first, or give --secret ${name}=@file`,
    });
  return { name, value };
}

/** A job in the background that reads from its terminal is stopped by the kernel; where that cannot be told, it is not. */
function isForeground(): boolean {
  try {
    // Behind the program's name in parentheses: state, parent, process group, session, terminal, its foreground group.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
