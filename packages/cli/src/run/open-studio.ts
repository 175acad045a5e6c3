import { spawn } from 'node:child_process';
import { withoutPassword } from '@heddle/core';
import { serveStudio } from '@heddle/studio';
import type { StudioChoice } from '../commands/studio.ts';
import { loadConfig } from '../config/load.ts';
import { heddleHome, openJournal, storePlace } from '../home.ts';
import { otherPrograms } from './programs.ts';
import { starterFor } from './starter.ts';
import { studioToken } from './studio-token.ts';

/** `heddle studio`: serves the page until it is told to end. */
export async function openStudio({ port, host, token, open, also = [] }: StudioChoice): Promise<void> {
  const home = heddleHome();
  const others = await otherPrograms(also);
  const store = openJournal(home);
  const secret = token === false ? null : token || process.env.HEDDLE_STUDIO_TOKEN || studioToken(home);
  const studio = await serveStudio({
    store,
    home,
    starter: starterFor(store, home, others),
    place: withoutPassword(storePlace(home)),
    config: await loadConfig(null),
    port,
    ...(host === undefined ? {} : { host }),
    ...(secret === null ? {} : { token: secret }),
  });
  process.stdout.write(`${studio.url}\n`);
  if (process.stderr.isTTY) process.stderr.write('Ctrl-C ends it; what runs goes on.\n');
  if (open && process.stdout.isTTY) openInBrowser(studio.url);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end());
  await ended;
  await studio.close();
}

/** Best effort: without a desktop the printed address has to do. */
function openInBrowser(url: string): void {
  const onMac = process.platform === 'darwin';
  if (!onMac && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const child = spawn(onMac ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
