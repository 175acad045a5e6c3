import type { ClientApp, RequestError as RpcError } from '@agentclientprotocol/sdk';
import { messageOf } from '@heddle/core';
import type { PeerRun } from '../peer/attempt.ts';
import type { AcpEntry } from '../peer/peer-entry.ts';
import {
  createTerminalSchema,
  type Permission,
  permissionSchema,
  readSchema,
  terminalSchema,
  writeSchema,
} from './messages.ts';
import { shortPath } from './shown.ts';
import type { Terminals } from './terminals.ts';
import type { Updates } from './updates.ts';

interface Services {
  readonly entry: AcpEntry;
  readonly run: PeerRun;
  readonly terminals: Terminals;
  readonly updates: Updates;
  /** Makes what a request is refused with. */
  readonly refusal: (code: number, message: string) => RpcError;
}

const INVALID_PARAMS = -32_602;
const NOT_FOUND = -32_002;
/** Bytes for one that names no limit. */
const TERMINAL_BYTES = 1_000_000;

/** The client's side of the protocol: leave to act, files of the workspace, commands in its box. All of it is journaled. */
export function offerServices(app: ClientApp, services: Services): void {
  const { run, terminals, refusal } = services;
  const { log, watch, place } = run;
  const { files } = place.workspace;
  app.onRequest('session/request_permission', permissionSchema.parse, ({ params }) =>
    permit(services, params),
  );
  app.onRequest(
    'elicitation/create',
    (params) => params,
    ({ params }) => {
      log.asked('question', JSON.stringify(params), 'refused', { why: 'nobody is there to answer' });
      return { action: 'decline' };
    },
  );
  app.onRequest('fs/read_text_file', readSchema.parse, ({ params: { path, line, limit } }) =>
    served('read', path, async () => {
      const text = (await files.read(path)).toString('utf8');
      if (line == null && limit == null) return { content: text };
      const first = Math.max(1, line ?? 1) - 1;
      const lines = text.split('\n').slice(first, limit == null ? undefined : first + limit);
      return { content: lines.join('\n') };
    }),
  );
  app.onRequest('fs/write_text_file', writeSchema.parse, ({ params: { path, content } }) =>
    served('write', path, async () => {
      await files.write(path, content);
      log.look();
      return {};
    }),
  );
  app.onRequest('terminal/create', createTerminalSchema.parse, ({ params }) => {
    const { command, args, cwd, env, outputByteLimit } = params;
    return served('run', [command, ...(args ?? [])].join(' '), async () => ({
      terminalId: await terminals.create({
        command,
        args: args ?? [],
        cwd: cwd ?? null,
        env: Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
        limit: outputByteLimit ?? TERMINAL_BYTES,
      }),
    }));
  });
  app.onRequest('terminal/output', terminalSchema.parse, ({ params }) =>
    found(() => terminals.output(params.terminalId)),
  );
  app.onRequest('terminal/wait_for_exit', terminalSchema.parse, ({ params }) =>
    found(() => watch.during(terminals.wait(params.terminalId))),
  );
  app.onRequest('terminal/kill', terminalSchema.parse, ({ params }) =>
    found(async () => {
      await terminals.kill(params.terminalId);
      return {};
    }),
  );
  app.onRequest('terminal/release', terminalSchema.parse, ({ params }) =>
    found(async () => {
      await terminals.release(params.terminalId);
      return {};
    }),
  );

  /** What cannot be done is refused, and the program told why. */
  async function served<T>(
    about: 'read' | 'write' | 'run',
    subject: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const shown = about === 'run' ? subject : shortPath(subject, place.workspace.root);
    try {
      const done = await work();
      log.asked(about, shown, 'allowed');
      return done;
    } catch (error) {
      const why = messageOf(error);
      log.asked(about, shown, 'refused', { why });
      throw refusal(codeOf(error) === 'no-such-file' ? NOT_FOUND : INVALID_PARAMS, why);
    }
  }

  async function found<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw refusal(NOT_FOUND, messageOf(error));
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** The box is the wall: inside it a program may do what it likes, unless its entry says otherwise. */
function permit({ entry, updates, run: { log } }: Services, { toolCall, options }: Permission) {
  const { toolCallId: call, title, kind } = toolCall;
  updates.announce(toolCall);
  const subject = title ?? log.titleOf(call) ?? call;
  const { permissions = 'allow' } = entry;
  const allowed = Array.isArray(permissions)
    ? !permissions.includes(kind ?? 'other')
    : permissions === 'allow';
  const wanted = allowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const option = wanted.flatMap((name) => options.find((each) => each.kind === name) ?? [])[0];
  const answer = allowed && option !== undefined ? 'allowed' : 'refused';
  log.asked('permission', subject, answer, { why: option?.name ?? 'there is no such option', call });
  return option === undefined
    ? { outcome: { outcome: 'cancelled' as const } }
    : { outcome: { outcome: 'selected' as const, optionId: option.optionId } };
}
