import { release } from 'node:os';
import { messageOf } from '@heddle/core';
import type Docker from 'dockerode';
import * as z from 'zod/mini';
import { type EngineAddress, engineAddresses, shown } from './engine-address.ts';

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

const versionSchema = z.object({
  Version: z.string(),
  Components: z.optional(z.nullable(z.array(z.object({ Name: z.string() })))),
});

const infoSchema = z.object({
  KernelVersion: z.optional(z.string()),
  OperatingSystem: z.optional(z.string()),
  SecurityOptions: z.optional(z.nullable(z.array(z.string()))),
});

/** The client takes a signal for these two as for all others; its types don't say so. */
interface Asked {
  version(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  info(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

async function askAbout(docker: Docker) {
  const asked = docker as unknown as Asked;
  const options = () => ({ abortSignal: AbortSignal.timeout(ANSWER_MS) });
  const [version, info] = await Promise.all([asked.version(options()), asked.info(options())]);
  return { version: versionSchema.parse(version), info: infoSchema.parse(info) };
}

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
    const { version, info } = await askAbout(docker);
    const kernel = info.KernelVersion;
    if (kernel !== undefined && kernel !== release()) {
      const system = info.OperatingSystem ?? 'another system';
      return `the engine at ${where} runs in a virtual machine (${system}), out of reach: run Heddle in there`;
    }
    const has = (option: string) => info.SecurityOptions?.some((one) => one.includes(option)) ?? false;
    const podman = version.Components?.some(({ Name }) => /podman/i.test(Name)) ?? false;
    return {
      docker,
      flavour: podman ? 'podman' : 'docker',
      name: `${podman ? 'Podman' : 'Docker'} ${version.Version} at ${where}`,
      rootless: has('name=rootless'),
      remapped: has('name=userns'),
    };
  } catch (error) {
    return `the engine at ${where} does not answer: ${whyOf(error)}`;
  }
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
