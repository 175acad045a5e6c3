import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { serveStudio } from '../../src/server/serve.ts';
import { store as openedStore, temporaryFolder } from '../support.ts';
import { openPage } from './browser.ts';
import { NO_CHROMIUM } from './chromium.ts';
import { environment, experimentIn, HEDDLE } from './filled-store.ts';

describe.skipIf(NO_CHROMIUM !== '')(`live ${NO_CHROMIUM}`, () => {
  it('shows progress while a run goes on, and all of it after the server was started anew', {
    timeout: 300_000,
  }, async () => {
    const home = temporaryFolder();
    const store = openedStore(join(home, 'journal.db'));
    const { dataset, agents } = experimentIn(home);
    const serve = (port: number) => serveStudio({ store, home, place: 'journal.db', config: {}, port });
    let studio = await serve(0);
    const { port } = studio;
    const { page } = await openPage(studio.url.replace(/\/$/, ''));
    await page.goto(studio.url);
    await page.getByText('Nothing is running').waitFor();

    const named = agents.flatMap((agent) => ['--agent', agent]);
    const run = spawn(
      HEDDLE,
      ['eval', dataset, ...named, '--parallel', '1', '--time', '60s', '--name', 'watched', '--quiet'],
      { env: environment(home), stdio: 'ignore' },
    );
    // It comes to Home by itself, and its page shows verdicts as they fall.
    await page.getByRole('link', { name: /watched/ }).click();
    const seen = () => page.locator('.heat-cell .heat-number').allTextContents();
    const verdicts = async () => (await seen()).filter((text) => text.includes('/')).length;
    for (let done = await verdicts(); done < 2; done = await verdicts()) await pause(200);

    await studio.close();
    await page.getByText(/connection lost/).waitFor();
    await once(run, 'exit');
    studio = await serve(port);
    await page.getByText('● live').waitFor();
    for (let done = await verdicts(); done < 6; done = await verdicts()) await pause(200);

    const cells = await seen();
    const before = page.url();
    await page.reload();
    await page.locator('.heat-row').first().waitFor();
    // What came as news is what a new look shows: nothing lost, nothing doubled.
    expect(await seen()).toEqual(cells);
    expect(page.url()).toBe(before);
    await studio.close();
  });
});
