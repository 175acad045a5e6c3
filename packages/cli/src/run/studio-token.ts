import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '@heddle/core';

/** Bytes that nobody guesses. */
const LENGTH = 24;
const FORM = /^[\w-]{32,}$/;

/**
 * What a Studio asks of whoever comes, where nobody said. The address of a loopback is no secret: other users of the machine
 * reach it, and so do the commands of agents that have the network, which no sandbox keeps from what a page may do. Kept in the
 * data folder, which neither sees, so that a browser that was once let in stays so.
 */
export function studioToken(home: string): string {
  const file = join(home, 'studio-token');
  const kept = tokenIn(file);
  if (kept !== null) return kept;
  const token = randomBytes(LENGTH).toString('base64url');
  const half = `${file}.${token.slice(0, 8)}`;
  try {
    writeFileSync(half, `${token}\n`, { flag: 'wx', mode: 0o600 });
    linkSync(half, file);
  } catch (error) {
    // Another Studio was faster. Where nothing can be written, it holds as long as this one.
    if (systemCode(error) === 'EEXIST') return tokenIn(file) ?? token;
  } finally {
    rmSync(half, { force: true });
  }
  return token;
}

function tokenIn(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return FORM.test(text) ? text : null;
  } catch {
    return null;
  }
}
