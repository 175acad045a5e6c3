import { stripVTControlCharacters } from 'node:util';
import { ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { ToolImage } from '../../tool.ts';
import { type Chromium, startChromium } from './chromium.ts';
import { PageLog } from './page-log.ts';

/** What a person would wait for a page of an app on the same machine. */
const OPEN_MS = 30_000;
/** An element that is not there or not free by then is not going to be. */
const ACTION_MS = 5_000;
/** After an action the page may go elsewhere; a page that keeps loading is not waited for. */
const SETTLE_MS = 1_000;
/** One page as text: about 3,000 tokens. */
const MAX_TEXT_CHARACTERS = 12_000;
/** Providers refuse pictures above 5 MB in base64. */
const MAX_IMAGE_BYTES = 3_500_000;
const VIEWPORT = { width: 1280, height: 800 };

/** One browser with one page at a time; started when first needed, and again after it was lost. */
export class BrowserSession {
  readonly log = new PageLog();
  #chromium: Chromium | null = null;
  #page: Page | null = null;

  get isOpen(): boolean {
    return this.#page !== null;
  }

  /** Gives the status of the answer, if there was one. */
  async open(
    url: string,
    workspace: Workspace,
    options: { network: boolean; signal: AbortSignal },
  ): Promise<number | null> {
    this.#page ??= await this.#start(workspace, options);
    const page = this.#page;
    return this.#try(async () => {
      const response = await page.goto(url, { timeout: OPEN_MS, waitUntil: 'load' });
      await this.#settle();
      return response?.status() ?? null;
    });
  }

  /** Title and address of the page. */
  async where(): Promise<string> {
    const page = this.#present;
    return `${(await this.#try(() => page.title())) || '(no title)'} · ${page.url()}`;
  }

  /** The page, or one element of it, as accessibility text with references. */
  async text(ref?: string): Promise<string> {
    const page = this.#present;
    const whole = await this.#try(() =>
      ref === undefined
        ? page.ariaSnapshot({ mode: 'ai', timeout: ACTION_MS })
        : page.getByRef(ref).ariaSnapshot({ mode: 'ai', timeout: ACTION_MS }),
    );
    if (whole.trim() === '') return '(nothing that can be read is on the page)';
    if (whole.length <= MAX_TEXT_CHARACTERS) return whole;
    const end = whole.lastIndexOf('\n', MAX_TEXT_CHARACTERS);
    const left = whole.slice(end).split('\n').length - 1;
    return `${whole.slice(0, end)}\n[${left} more lines; read one part with its ref]`;
  }

  async picture(wholePage: boolean): Promise<ToolImage> {
    const page = this.#present;
    const options = { fullPage: wholePage, scale: 'css' as const, timeout: OPEN_MS };
    const png = await this.#try(() => page.screenshot({ ...options, type: 'png' }));
    if (png.length <= MAX_IMAGE_BYTES) return { mediaType: 'image/png', bytes: png };
    const jpeg = await this.#try(() => page.screenshot({ ...options, type: 'jpeg', quality: 60 }));
    if (jpeg.length <= MAX_IMAGE_BYTES) return { mediaType: 'image/jpeg', bytes: jpeg };
    throw new ModelFacingError(
      'picture-too-large',
      'The picture of the whole page is too large. Leave full_page out.',
    );
  }

  click(ref: string): Promise<void> {
    return this.#act(ref, (element) => element.click({ timeout: ACTION_MS }));
  }

  type(ref: string, text: string, submit: boolean): Promise<void> {
    return this.#act(ref, async (element) => {
      await element.fill(text, { timeout: ACTION_MS });
      if (submit) await element.press('Enter', { timeout: ACTION_MS });
    });
  }

  async back(): Promise<void> {
    const page = this.#present;
    const gone = await this.#try(() => page.goBack({ timeout: OPEN_MS }));
    if (gone === null) throw new ModelFacingError('no-page-before', 'There is no page before this one.');
  }

  /** Until a text is to be seen, or as long as that; false: it is not there. */
  async wait(seconds: number, text?: string): Promise<boolean> {
    const page = this.#present;
    if (text === undefined) {
      await this.#try(() => page.waitForTimeout(seconds * 1000));
      return true;
    }
    const seen = page.getByText(text).first();
    return seen.waitFor({ timeout: seconds * 1000 }).then(
      () => true,
      () => false,
    );
  }

  async dispose(): Promise<void> {
    const chromium = this.#chromium;
    this.#chromium = null;
    this.#page = null;
    await chromium?.process.kill();
  }

  get #present(): Page {
    if (this.#page === null)
      throw new ModelFacingError('no-page', 'No page is open. Give action open with a url first.');
    return this.#page;
  }

  async #start(workspace: Workspace, options: { network: boolean; signal: AbortSignal }): Promise<Page> {
    const chromium = await startChromium(workspace, options);
    this.#chromium = chromium;
    void chromium.process.exited.then(() => {
      if (this.#chromium === chromium) this.#page = null;
    });
    const context: BrowserContext = chromium.browser.contexts()[0] ?? (await chromium.browser.newContext());
    const page = context.pages()[0] ?? (await context.newPage());
    this.log.watch(page);
    // What a click opens in a new tab is what comes next.
    context.on('page', (opened) => {
      this.log.watch(opened);
      this.#page = opened;
    });
    await page.setViewportSize(VIEWPORT);
    return page;
  }

  async #act(ref: string, run: (element: Locator) => Promise<void>): Promise<void> {
    const page = this.#present;
    const element = page.getByRef(ref);
    const count = await this.#try(() => element.count()).catch(() => 0);
    if (count === 0) {
      throw new ModelFacingError(
        'no-such-ref',
        `There is no element ${ref} on the page now. Use read for the present refs.`,
      );
    }
    await this.#try(() => run(element));
    await this.#settle();
  }

  /** Gives what the action set off a moment, so that its errors are told with it. */
  async #settle(): Promise<void> {
    await this.#page?.waitForLoadState('networkidle', { timeout: SETTLE_MS }).catch(() => {}); // it goes on loading
  }

  /** Playwright's errors, without its log of what it tried. */
  async #try<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (this.#page === null) {
        throw new ModelFacingError('browser-lost', 'The browser ended. Open the page again.');
      }
      const [first = ''] = stripVTControlCharacters((error as Error).message).split(/\nCall log:|\n={3,}/);
      throw new ModelFacingError(
        'browser',
        `${first.replace(/^[\w.]+: /, '').trim()}.`.replace(/\.\.$/, '.'),
      );
    }
  }
}
