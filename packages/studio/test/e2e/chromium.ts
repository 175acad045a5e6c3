import { spawnSync } from 'node:child_process';
import { type Browser, chromium, type Page } from 'playwright-core';

export type { Page };

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a browser of this machine; null: there is none. */
export const CHROMIUM: string | null =
  NAMES.map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim()).find(
    (found) => found !== '',
  ) ?? null;

export const NO_CHROMIUM = CHROMIUM === null ? 'there is no Chromium here' : '';

/** Quiet, and without its own walls where root runs it. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ARGUMENTS });
}
