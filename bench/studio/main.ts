import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../../packages/studio/test/e2e/chromium.ts';
import { type Row, tableOf } from '../table.ts';
import { answered, heap, opened, type Scrolled, scrolled } from './measure.ts';
import { StudioServer } from './server.ts';
import { studioStore } from './store.ts';

/**
 * What a person waits for in the Studio, in a real browser: an experiment of many trials in a store of a million events, a
 * comparison, and one very long rollout; and the memory of server and page, and the size of what is loaded.
 *
 *   npm run bench:studio [-- --events 1000000] [--instances 500] [--agents 4] [--attempts 5] [--long 20000] [--store FOLDER]
 *
 * `--store` keeps the store in a folder (it takes minutes to make), and uses it again.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    instances: { type: 'string', default: '500' },
    agents: { type: 'string', default: '4' },
    attempts: { type: 'string', default: '5' },
    long: { type: 'string', default: '20000' },
    store: { type: 'string' },
  },
});
if (CHROMIUM === null) {
  process.stderr.write(`${NO_CHROMIUM}\n`);
  process.exit(2);
}

const ms = (value: number) => `${Math.round(value)} ms`;
const scrolling = ({ blank, waiting, screens, frame, worst, long }: Scrolled) =>
  `of ${screens} screens ${blank} blank, ${waiting} still waiting for their rows; frame ${frame.toFixed(1)} ms, worst ${worst.toFixed(0)} ms, ${long} above 50 ms`;

const home = values.store ?? mkdtempSync(join(tmpdir(), 'heddle-studio-'));
try {
  const size = {
    ...{ events: Number(values.events), instances: Number(values.instances), agents: Number(values.agents) },
    ...{ attempts: Number(values.attempts), longEvents: Number(values.long) },
  };
  const made = studioStore(home, size, (line) => process.stderr.write(`${line}\n`));
  const server = await StudioServer.start(home);
  const browser = await launchChromium();
  const rows: Row[] = [];
  const row = (what: string, value: string) => {
    rows.push({ what, value });
    process.stderr.write(`${what}: ${value}\n`);
  };
  try {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      // What measures is not the page's own.
      bypassCSP: true,
    });
    row('events in the store', made.events.toLocaleString('en-US'));
    row('server: start to listening', `${server.startSeconds.toFixed(2)} s`);
    const table = `${server.url}/experiments/${made.experiment}`;
    const first = await opened(page, table, '.heat-row', 1);
    row(
      'experiment, the server’s first: first paint, table',
      `${ms(first.firstPaint)}, ${ms(first.content)}`,
    );
    const again = await opened(page, table, '.heat-row');
    row('experiment: first paint, table', `${ms(again.firstPaint)}, ${ms(again.content)}`);
    row('experiment: scrolling the table', scrolling(await scrolled(page, '.heat-box', '.heat-row')));
    const filter = page.getByRole('searchbox').first();
    row(
      'experiment: search to 1 instance',
      ms(
        await answered(
          page,
          () => filter.fill(`repository-${size.instances - 1}`),
          '.heat-box[aria-rowcount="2"] .heat-row',
        ),
      ),
    );
    row('experiment: memory of the page', `${(await heap(page)).toFixed(0)} MB`);
    const [a, b] = ['alpha', 'beta'].map((agent) => `${made.experiment}:${agent}`);
    const compare = await opened(page, `${server.url}/compare?a=${a}&b=${b}`, 'a[href^="/side"]');
    row('comparison: first paint, flipped instances', `${ms(compare.firstPaint)}, ${ms(compare.content)}`);
    const long = await opened(
      page,
      `${server.url}/rollouts/${made.long.rollout}`,
      '.timeline .step-row:not(.step-row-empty)',
    );
    row(
      `rollout of ${made.long.events.toLocaleString('en-US')} events: first paint, timeline`,
      `${ms(long.firstPaint)}, ${ms(long.content)}`,
    );
    row('rollout: scrolling the timeline', scrolling(await scrolled(page, '.timeline-scroll', '.step-row')));
    row('rollout: memory of the page', `${(await heap(page)).toFixed(0)} MB`);
    const homePage = await opened(page, `${server.url}/`, '.rows li');
    row('Home: first paint, lists', `${ms(homePage.firstPaint)}, ${ms(homePage.content)}`);
    const memory = server.memory();
    row('server: memory, highest', `${memory.now.toFixed(0)} MB, ${memory.most.toFixed(0)} MB`);
    row('page: scripts and styles at the start, compressed', bundle());
  } finally {
    await browser.close();
    await server.stop();
  }
  process.stdout.write(tableOf(rows));
} finally {
  if (values.store === undefined) rmSync(home, { recursive: true, force: true });
}

/** What the first page loads, and all there is. */
function bundle(): string {
  const dist = join(import.meta.dirname, '../../packages/studio/dist/page');
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const kilobytes = (files: readonly string[]) =>
    (files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1024).toFixed(0);
  const all = readdirSync(join(dist, 'assets')).filter((file) => /\.(?:js|css)$/.test(file));
  const atStart = all.filter((file) => html.includes(file));
  const paths = (names: readonly string[]) => names.map((name) => join(dist, 'assets', name));
  return `${kilobytes(paths(atStart))} KB of ${kilobytes(paths(all))} KB`;
}
