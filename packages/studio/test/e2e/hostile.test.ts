import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveStudio } from '../../src/server/serve.ts';
import { store, temporaryFolder } from '../support.ts';
import { openPage } from './browser.ts';
import { NO_CHROMIUM } from './chromium.ts';
import { ATTACKS, hostileStore } from './hostile-store.ts';

/** Time for whatever was smuggled in to run. */
const SETTLE_MS = 400;
const UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true";

describe.skipIf(NO_CHROMIUM !== '')(`hostile content ${NO_CHROMIUM}`, () => {
  it('runs nowhere: every page over an experiment in which every text is an attack', {
    timeout: 240_000,
  }, async () => {
    const opened = store(join(temporaryFolder(), 'journal.db'));
    const { experiment, rollouts, objects } = hostileStore(opened);
    const here = { home: temporaryFolder(), place: ATTACKS[1]! };
    const studio = await serveStudio({ ...here, store: opened, config: {}, port: 0 });
    const base = studio.url.replace(/\/$/, '');
    const [a, b] = rollouts;
    const agents = opened.experiments.counts(experiment).map(({ agent }) => agent);
    const sides = [...new Set(agents)].map((agent) => encodeURIComponent(`${experiment}:${agent}`));
    const paths = [
      '/',
      '/experiments',
      `/experiments/${experiment}`,
      `/experiments/${experiment}?rollout=${a}&step=1`,
      `/compare?a=${sides[0]}&b=${sides[1]}`,
      ...rollouts.slice(0, ATTACKS.length).map((rollout) => `/rollouts/${rollout}?step=1`),
      `/side?a=${a}&b=${b}`,
      '/rollouts',
      '/rollouts?q=a&status=solved',
      '/versions',
      ...ATTACKS.map((attack) => `/experiments/${encodeURIComponent(attack)}`),
      ...ATTACKS.map(
        (attack) => `/rollouts/${encodeURIComponent(attack)}?step=${encodeURIComponent(attack)}`,
      ),
    ];
    const { page, strange, errors } = await openPage(base);
    for (const path of paths) {
      await page.goto(`${base}${path}`);
      await page.waitForTimeout(SETTLE_MS);
      expect(await page.evaluate('window.pwned'), path).toBeUndefined();
      expect(page.url(), path).toMatch(new RegExp(`^${base}`));
      // Everything foldable and every tab is opened: what is hidden could be hostile, too.
      await page.evaluate(UNFOLD);
      // The last first: tabs within a tab are gone when another is chosen.
      for (const tab of (await page.locator('[role=tab]').all()).toReversed()) {
        await tab.click({ timeout: 1_000 }).catch(() => {});
        await page.waitForTimeout(100);
        await page.evaluate(UNFOLD);
      }
      await page.waitForTimeout(100);
      expect(await page.evaluate('window.pwned'), `${path}, unfolded`).toBeUndefined();
    }
    expect(strange).toEqual([]);
    // A policy that had to stop something is a hole that something else covers.
    expect(errors.filter((error) => /Content Security Policy|Refused to/.test(error))).toEqual([]);
    for (const object of objects)
      for (const path of [
        `/api/objects/${object}`,
        `/api/pictures/${object}`,
        `/api/objects/${object}/raw`,
      ]) {
        const response = await page.goto(`${base}${path}`).catch(() => null);
        const type = response?.headers()['content-type'] ?? '';
        expect(type, path).not.toMatch(/html|svg|xml|javascript/);
        expect(await page.evaluate('window.pwned'), path).toBeUndefined();
      }
    await studio.close();
  });
});
