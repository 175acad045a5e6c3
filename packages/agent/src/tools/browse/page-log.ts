import type { ConsoleMessage, Page, Request, Response } from 'playwright-core';

/** Entries told after one call, and characters of each: what a page says more often it says again. */
const MAX_ENTRIES = 20;
const MAX_ENTRY_CHARACTERS = 300;
/** From here on an answer is an error. */
const FIRST_ERROR_STATUS = 400;

/** What went wrong or was said in the pages since it was last taken. */
export class PageLog {
  #entries: string[] = [];
  #leftOut = 0;

  watch(page: Page): void {
    page.on('console', (message: ConsoleMessage) => {
      const type = message.type();
      // A failed request is told as such, with its status.
      if (type === 'error' && message.text().startsWith('Failed to load resource')) return;
      const { url, lineNumber } = message.location();
      this.#add(`console ${type}: ${message.text()}${url === '' ? '' : ` (${url}:${lineNumber + 1})`}`);
    });
    page.on('pageerror', (error) =>
      this.#add(`uncaught: ${error.stack?.split('\n').slice(0, 2).join(' ') ?? error.message}`),
    );
    page.on('requestfailed', (request: Request) =>
      this.#add(
        `failed: ${request.method()} ${request.url()}: ${request.failure()?.errorText ?? 'no reason'}`,
      ),
    );
    page.on('response', (response: Response) => {
      if (response.status() < FIRST_ERROR_STATUS) return;
      this.#add(`${response.status()}: ${response.request().method()} ${response.url()}`);
    });
    page.on('crash', () => this.#add('the page crashed'));
  }

  take(): string[] {
    const entries =
      this.#leftOut === 0 ? this.#entries : [...this.#entries, `${this.#leftOut} more left out`];
    this.#entries = [];
    this.#leftOut = 0;
    return entries.map((entry) => `[${entry}]`);
  }

  #add(text: string): void {
    if (this.#entries.length >= MAX_ENTRIES) this.#leftOut += 1;
    else this.#entries.push(text.slice(0, MAX_ENTRY_CHARACTERS).replaceAll(/\s*\n\s*/g, ' '));
  }
}
