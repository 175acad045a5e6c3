import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openStore, type Store } from '@heddle/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportExperiment } from '../../src/export/export-experiment.ts';
import { type Studio, serveStudio } from '../../src/server/serve.ts';
import { barriers } from './accessible.ts';
import { openPage } from './browser.ts';
import { NO_CHROMIUM } from './chromium.ts';
import { fillStore } from './filled-store.ts';

/** Runs of the real command line, on a busy machine too. */
const FILLING_MS = 300_000;
const ONE_MS = 120_000;

describe.skipIf(NO_CHROMIUM !== '')(`the Studio over real runs ${NO_CHROMIUM}`, () => {
  let home: string;
  let experiment: string;
  let store: Store;
  let studio: Studio;
  let base: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'heddle studio ü '));
    experiment = await fillStore(home);
    store = openStore(join(home, 'journal.db'));
    studio = await serveStudio({ store, home, place: 'journal.db', config: {}, port: 0 });
    base = studio.url.replace(/\/$/, '');
  }, FILLING_MS);

  afterAll(async () => {
    await studio?.close();
    store?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('leads from Home to a comparison, to a flipped instance, to where the two part', {
    timeout: ONE_MS,
  }, async () => {
    const { page, errors, strange } = await openPage(base);
    await page.goto(base);
    await page
      .getByRole('link', { name: /faults/ })
      .first()
      .click();
    await page.getByRole('grid').waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThanOrEqual(4);
    await page
      .getByRole('link', { name: /^Compare/ })
      .or(page.getByRole('button', { name: 'Compare' }))
      .first()
      .click();
    await page.waitForURL(/\/compare\?/);
    const flips = page.getByRole('region', { name: /Instances on which they differ/ });
    await flips.getByRole('link', { name: 'side by side' }).first().click();
    await page.waitForURL(/\/side\?/);
    await page.getByRole('heading', { name: 'Side by side' }).waitFor();
    const text = await page.getByRole('main').textContent();
    expect(text).toContain('localize');
    expect(text).toContain('cat package.json');
    expect({ errors, strange }).toEqual({ errors: [], strange: [] });
  });

  it.each(['light', 'dark'] as const)(
    'has no serious barrier on any page (%s)',
    { timeout: ONE_MS },
    async (colorScheme) => {
      const found: string[] = [];
      const { page, errors } = await openPage(base, { colorScheme, reducedMotion: 'reduce' });
      const rollouts = store.experiments.trials(experiment).flatMap(({ rollout }) => rollout ?? []);
      const sides = ['embedded', 'hasty'].map((agent) => encodeURIComponent(`${experiment}:${agent}`));
      for (const [path, ready] of [
        ['/', '.rows'],
        ['/experiments', '.rows'],
        [`/experiments/${experiment}`, '.heat-row'],
        [`/compare?a=${sides[0]}&b=${sides[1]}`, '#flips'],
        ['/rollouts', '.nothing'],
        [`/rollouts/${rollouts[0]}?step=2`, '.step-body'],
        [`/experiments/${experiment}?rollout=${rollouts[0]}`, 'dialog[open] .step-body'],
        [`/side?a=${rollouts[0]}&b=${rollouts[1]}`, '.side-rows'],
        ['/versions', 'h1'],
      ] as const) {
        await page.goto(`${base}${path}`);
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(300);
        found.push(...(await barriers(page)).map((barrier) => `${path.split('?')[0]}: ${barrier}`));
      }
      expect({ found, errors }).toEqual({ found: [], errors: [] });
    },
  );

  it('can be used with the keyboard alone', { timeout: ONE_MS }, async () => {
    const { page } = await openPage(base);
    await page.goto(base);
    await page.locator('.rows').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.waitForURL(/\/experiments$/);
    await page.locator('.rows a').first().waitFor();
    await tabTo(page, '.rows a');
    await page.keyboard.press('Enter');
    await page.getByRole('grid').waitFor();
    await tabTo(page, '[role=grid]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    expect(page.url()).toMatch(/rollout=/);
    await page.locator('dialog[open] .step-body').waitFor();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('next step').waitFor();
    expect(await keys.textContent()).not.toContain('move over the table');
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'hidden' });
    await page.keyboard.press('j');
    await page.keyboard.press('d');
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    // Back where it was opened from.
    expect(await page.evaluate("document.activeElement?.getAttribute('role')")).toBe('grid');
    await page.keyboard.press('?');
    await keys.getByText('move over the table').waitFor();
    expect(await keys.textContent()).not.toContain('next step');
    await page.keyboard.press('Escape');
  });

  it('every place is an address: it opens again as it was', { timeout: ONE_MS }, async () => {
    const first = await openPage(base);
    await first.page.goto(`${base}/experiments/${experiment}`);
    await first.page.getByRole('searchbox').first().fill('shop');
    await first.page.waitForURL(/shop/);
    const second = await openPage(base);
    await second.page.goto(first.page.url());
    await second.page.locator('.heat-row').first().waitFor();
    expect(await second.page.locator('.heat-row').count()).toBe(
      await first.page.locator('.heat-row').count(),
    );
    expect(await second.page.getByRole('main').textContent()).not.toContain('units-1');
  });

  it('opens as a folder without a server', { timeout: ONE_MS }, async () => {
    const folder = join(home, 'exported');
    const given = { store, home, config: {}, experiment, folder };
    const { page: file } = await exportExperiment({ ...given, prompts: true });
    const { page, errors, strange } = await openPage(pathToFileURL(folder).href);
    await page.goto(pathToFileURL(file).href);
    await page.getByRole('grid').waitFor();
    await page
      .getByRole('link', { name: /^Compare/ })
      .or(page.getByRole('button', { name: 'Compare' }))
      .first()
      .click();
    await page.getByRole('link', { name: 'side by side' }).first().click();
    await page.getByRole('heading', { name: 'Side by side' }).waitFor();
    expect(await page.getByRole('main').textContent()).toContain('localize');
    await page.locator('main a[href*="rollouts/"]').first().click();
    await page.locator('.step-body').first().waitFor();
    await page.getByRole('tab', { name: 'Prompt' }).click();
    await page.locator('.message').first().waitFor();
    await page.getByRole('tab', { name: 'Facts' }).click();
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    await page.locator('.others a').first().click();
    for (const tab of [/^Patch/, /Forks$/i, /^Facts/, /^Steps/]) {
      await page.getByRole('tab', { name: tab }).click();
      await page.locator('.loading').waitFor({ state: 'detached' });
      const shown = (await page.getByRole('main').textContent()) ?? '';
      expect(shown).not.toContain('does not hold');
    }
    expect({ errors, strange }).toEqual({ errors: [], strange: [] });
  });
});

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Awaited<ReturnType<typeof openPage>>['page'], selector: string): Promise<void> {
  for (let press = 0; press < 60; press++) {
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${selector}`);
}
