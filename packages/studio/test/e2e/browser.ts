import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { launchChromium } from './chromium.ts';

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
  browser ??= launchChromium();
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
