import { spawnSync } from 'node:child_process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

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

let browser: Promise<Browser> | null = null;
afterAll(async () => {
  await (await browser)?.close();
  browser = null;
});

/** A page with what went wrong in it. */
export interface Watched {
  readonly page: Page;
  /** Errors of scripts, and what the console calls an error. */
  readonly errors: string[];
  /** Requests that went anywhere but to the Studio, and dialogs. */
  readonly strange: string[];
}

/** A new page in a window of its own, closed with the browser after the file's tests. */
export async function openPage(base: string, options: BrowserContextOptions = {}): Promise<Watched> {
  browser ??= chromium.launch({ executablePath: CHROMIUM!, args: ARGUMENTS });
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  const strange: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    strange.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('data:')) strange.push(url);
  });
  return { page, errors, strange };
}
