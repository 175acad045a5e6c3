import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolder, messageOf, OperatorError, systemCode } from '@heddle/core';
import { useProxyOf } from '@heddle/models';
import * as z from 'zod/mini';
import { isRecordFile } from './records.ts';

/** A dataset is read as one text, and a longer one does not fit into one. */
const MAX_BYTES = 512 * 1024 * 1024;
/** For all of it: a server that says nothing must not hold a person up for ever. */
const MAX_SECONDS = 900;

/** Beside the file: what it was when it came. */
const RECORD = 'download.json';
const recordSchema = z.object({ url: z.string(), sha256: z.string(), bytes: z.number() });

export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

export interface DownloadOptions {
  /** Heddle's data folder; what comes is kept in `datasets` below it. */
  readonly home: string;
  readonly maxBytes?: number;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Downloaded {
  /** Under the name that it has at its address. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** False: it was here. */
  readonly fresh: boolean;
}

/**
 * The file at an address, brought here once and from then on read from the disk, also without a network. Behind the address
 * `#sha256=HEX` says what it must be; what was changed on the disk is brought again.
 *
 * Throws OperatorError `no-such-address` (not the address of a file of records), `not-downloaded` (unreachable, refused, a
 * web page, too large, stopped halfway), `other-digest`.
 */
export async function download(
  address: string,
  { home, maxBytes = MAX_BYTES, env = process.env }: DownloadOptions,
): Promise<Downloaded> {
  const { url, name, wanted } = readAddress(address);
  const folder = join(home, 'datasets', createHash('sha256').update(url).digest('hex').slice(0, 16));
  const file = join(folder, name);
  const kept = await keptAt(file, join(folder, RECORD));
  if (kept !== null && (wanted === null || wanted === kept.sha256)) return { file, ...kept, fresh: false };
  makeFolder(folder);
  const part = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    const got = await fetchInto(part, url, { maxBytes, env });
    if (wanted !== null && got.sha256 !== wanted)
      throw new OperatorError(
        'other-digest',
        `${url} is not what was asked for: its sha256 is ${got.sha256}`,
        {
          hint: 'it was changed since, or the digest is of another file',
        },
      );
    renameSync(part, file);
    await writeFile(join(folder, RECORD), `${JSON.stringify({ url, ...got })}\n`);
    return { file, ...got, fresh: true };
  } finally {
    rmSync(part, { force: true });
  }
}

interface Address {
  /** Without what is behind `#`. */
  readonly url: string;
  readonly name: string;
  readonly wanted: string | null;
}

function readAddress(address: string): Address {
  const refused = (what: string, hint: string) => new OperatorError('no-such-address', what, { hint });
  if (!URL.canParse(address)) throw refused(`${address} is no address`, 'write https://host/path/file.jsonl');
  const parsed = new URL(address);
  if (parsed.username !== '' || parsed.password !== '')
    throw refused(
      `an address with a password is not read (${parsed.host})`,
      'download the file yourself, and give its path',
    );
  const name = basename(decodeURIComponent(parsed.pathname));
  if (!isRecordFile(name))
    throw refused(
      `${parsed.origin}${parsed.pathname} is not the address of a file of records`,
      'it must end in .jsonl, .ndjson, .json or .csv, with .gz behind it or not; clones and folders are given by path',
    );
  const { hash } = parsed;
  const wanted = /^#sha256=([0-9a-f]{64})$/i.exec(hash)?.[1]?.toLowerCase() ?? null;
  if (hash !== '' && wanted === null)
    throw refused(
      `${hash} says nothing about a file`,
      'write #sha256= and 64 hexadecimal digits, or nothing',
    );
  parsed.hash = '';
  return { url: parsed.href, name, wanted };
}

async function keptAt(file: string, record: string): Promise<Pick<Downloaded, 'sha256' | 'bytes'> | null> {
  if (!existsSync(file) || !existsSync(record)) return null;
  const parsed = recordSchema.safeParse(jsonOr(null, readFileSync(record, 'utf8')));
  if (!parsed.success) return null;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const { sha256, bytes } = parsed.data;
  return hash.digest('hex') === sha256 ? { sha256, bytes } : null;
}

/** A process that died may have left half of it. */
function jsonOr(fallback: unknown, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}

async function fetchInto(
  part: string,
  url: string,
  { maxBytes, env }: { readonly maxBytes: number; readonly env: NodeJS.ProcessEnv },
): Promise<Pick<Downloaded, 'sha256' | 'bytes'>> {
  await useProxyOf(env);
  const refused = (what: string, cause?: unknown) =>
    new OperatorError('not-downloaded', `${url} cannot be had: ${what}`, {
      cause,
      hint: 'where this machine has no way to it, bring the file here yourself and give its path',
    });
  const tooLarge = () => refused(`it is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB`);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const response = await fetch(url, {
      // Else what is published as .gz might come unpacked, under a name that says otherwise.
      headers: { 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(MAX_SECONDS * 1_000),
    });
    const { ok, status, statusText, headers, body } = response;
    if (!ok || body === null) {
      await body?.cancel();
      throw refused(`its server answers ${status} ${statusText}`.trim());
    }
    if (headers.get('content-type')?.startsWith('text/html')) {
      await body.cancel();
      throw refused('a web page came in its place');
    }
    if (Number(headers.get('content-length')) > maxBytes) {
      await body.cancel();
      throw tooLarge();
    }
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        hash.update(chunk);
        done(bytes > maxBytes ? tooLarge() : null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(body), counted, createWriteStream(part, { mode: 0o600 }));
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw refused(reasonOf(error), error);
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** `fetch failed` says nothing: what lies below it does. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `not within ${MAX_SECONDS / 60} minutes`;
  const below = error instanceof Error ? error.cause : undefined;
  return systemCode(below) ?? systemCode(error) ?? messageOf(below ?? error);
}
