import type { Page } from '../../packages/studio/test/e2e/chromium.ts';
import { median } from '../table.ts';

/** A frame that took longer is one that an eye sees missing. */
const LONG_FRAME_MS = 50;
const SCROLLS = 60;

export interface Opened {
  /** Milliseconds from the click on the link to the first paint, and to the content that was waited for. */
  readonly firstPaint: number;
  readonly content: number;
}

/** Opens an address in a new document and waits for what a person came for; the median of so many times. */
export async function opened(page: Page, url: string, selector: string, times = 3): Promise<Opened> {
  const paints: number[] = [];
  const contents: number[] = [];
  for (let time = 0; time < times; time++) {
    await page.goto('about:blank');
    await page.addInitScript({ content: WATCH.replace('SELECTOR', JSON.stringify(selector)) });
    await page.goto(url);
    await page.waitForFunction('window.contentAt !== undefined', undefined, { timeout: 60_000 });
    contents.push(Number(await page.evaluate('window.contentAt')));
    paints.push(
      Number(
        await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"),
      ),
    );
  }
  return { firstPaint: median(paints), content: median(contents) };
}

/** Notes when the first element that fits has been drawn. */
const WATCH = `{
  const look = () => {
    if (document.querySelector(SELECTOR) === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => { window.contentAt = performance.now(); });
  };
  requestAnimationFrame(look);
}`;

export interface Scrolled {
  /** Screens that were empty when they were drawn. */
  readonly blank: number;
  /** Screens whose rows stood, and waited for what is in them. */
  readonly waiting: number;
  readonly screens: number;
  /** Milliseconds of a frame: in the middle, and the worst. */
  readonly frame: number;
  readonly worst: number;
  readonly long: number;
}

/** Scrolls from top to end, a screen a frame, and looks after each whether rows stand in the middle of it. */
export async function scrolled(page: Page, box: string, row: string): Promise<Scrolled> {
  const seen = (await page.evaluate(
    `(async () => {
      const box = document.querySelector(${JSON.stringify(box)});
      box.scrollIntoView({ block: 'center' });
      const frames = [];
      let blank = 0;
      let waiting = 0;
      const step = Math.max(box.clientHeight, box.scrollHeight / ${SCROLLS});
      let screens = 0;
      for (let top = 0; top < box.scrollHeight - box.clientHeight; top += step) {
        const began = performance.now();
        box.scrollTop = top;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        frames.push((performance.now() - began) / 2);
        const { left, top: y, width, height } = box.getBoundingClientRect();
        const middle = document.elementFromPoint(left + width / 3, y + height / 2);
        const row = middle?.closest(${JSON.stringify(row)});
        if (row == null) blank += 1;
        else if (row.textContent === '…') waiting += 1;
        screens += 1;
      }
      return { frames, blank, waiting, screens };
    })()`,
  )) as { frames: number[]; blank: number; waiting: number; screens: number };
  return {
    blank: seen.blank,
    waiting: seen.waiting,
    screens: seen.screens,
    frame: median(seen.frames),
    worst: Math.max(...seen.frames),
    long: seen.frames.filter((frame) => frame > LONG_FRAME_MS).length,
  };
}

/** Milliseconds from an action to the frame that shows what came of it. */
export async function answered(page: Page, act: () => Promise<void>, selector: string): Promise<number> {
  await page.evaluate('window.actedAt = performance.now(); window.contentAt = undefined');
  await page.evaluate(WATCH.replace('SELECTOR', JSON.stringify(selector)));
  await act();
  await page.waitForFunction('window.contentAt !== undefined', undefined, { timeout: 60_000 });
  return Number(await page.evaluate('window.contentAt - window.actedAt'));
}

/** MB of the page's own objects, after what is unused has gone. */
export async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20;
}
