import { statSync } from 'node:fs';
import { release } from 'node:os';
import { messageOf } from '@heddle/core';
import type Docker from 'dockerode';
import * as z from 'zod/mini';
import { type EngineAddress, engineAddresses, shown } from './engine-address.ts';
import { ping } from './engine-request.ts';

/** A container engine of this machine that answers: Docker, or Podman by its compatible API. */
export interface Engine {
  readonly docker: Docker;
  readonly flavour: 'docker' | 'podman';
  /** With its version and address, for a person. */
  readonly name: string;
  /** It runs as an ordinary user, whose files belong to root in its containers. */
  readonly rootless: boolean;
  /** It gives containers other user numbers than this machine's, unless told not to. */
  readonly remapped: boolean;
}

/** An engine that doesn't answer by then is wedged: it answers in some milliseconds. */
const ANSWER_MS = 5_000;
/** Creating, starting and removing: with a slow disk and the image's first use, seconds. */
export const CALL_MS = 60_000;

const infoSchema = z.object({
  ServerVersion: z.optional(z.string()),
  KernelVersion: z.optional(z.string()),
  OperatingSystem: z.optional(z.string()),
  SecurityOptions: z.optional(z.nullable(z.array(z.string()))),
});

let found: Promise<Engine | string> | undefined;

/** The engine to use, asked once per process; or why there is none, in one line. */
export function findEngine(): Promise<Engine | string> {
  found ??= lookFor(process.env);
  return found;
}

export async function lookFor(env: NodeJS.ProcessEnv): Promise<Engine | string> {
  if (process.platform !== 'linux')
    return 'containers run in a virtual machine here, out of reach: run Heddle inside Linux (or WSL)';
  const { found: addresses, refusal } = engineAddresses(env);
  let why = refusal;
  for (const address of addresses) {
    const engine = await connect(address);
    if (typeof engine !== 'string') return engine;
    why = engine;
  }
  return why;
}

async function connect(address: EngineAddress): Promise<Engine | string> {
  const { default: Client } = await import('dockerode');
  // An address left out would be taken from DOCKER_HOST, and has been read from there before.
  const docker = new Client('socketPath' in address ? { ...address, host: '' } : address);
  const where = shown(address);
  try {
    const headers = await ping(docker, ANSWER_MS);
    const podman = headers['libpod-api-version'];
    if (podman === undefined) return await describeDocker(docker, where);
    return {
      docker,
      flavour: 'podman',
      name: `Podman ${String(podman)} at ${where}`,
      // It takes seconds to tell all about itself. Whoever it runs as owns its socket.
      rootless: 'socketPath' in address && statSync(address.socketPath).uid !== 0,
      remapped: false,
    };
  } catch (error) {
    return `the engine at ${where} does not answer: ${whyOf(error)}`;
  }
}

async function describeDocker(docker: Docker, where: string): Promise<Engine | string> {
  // The client takes a signal here as everywhere; its types don't say so.
  const asked = docker as unknown as {
    info(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  };
  const info = infoSchema.parse(await asked.info({ abortSignal: AbortSignal.timeout(ANSWER_MS) }));
  const {
    KernelVersion: kernel,
    OperatingSystem: system = 'another system',
    SecurityOptions: options,
  } = info;
  if (kernel !== undefined && kernel !== release())
    return `the engine at ${where} runs in a virtual machine (${system}), out of reach: run Heddle in there`;
  const has = (option: string) => options?.some((one) => one.includes(option)) ?? false;
  return {
    docker,
    flavour: 'docker',
    name: `Docker ${info.ServerVersion ?? ''} at ${where}`,
    rootless: has('name=rootless'),
    remapped: has('name=userns'),
  };
}

/** What the engine said, without the client's words round it. */
export function whyOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not talk to it (group docker?)';
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'nobody listens there';
  if (code === 'ABORT_ERR') return 'it does not answer in time';
  const json = (error as { json?: { message?: unknown } } | null)?.json;
  const said = typeof json?.message === 'string' ? json.message : messageOf(error);
  return said.trim().split('\n').at(-1) ?? '';
}

/** HTTP status of the engine's answer; undefined: it did not come to that. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
