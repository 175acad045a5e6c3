import { promptAt } from '@heddle/agent';
import type { ShowChoice } from '../commands/show.ts';
import { heddleHome, openJournal } from '../home.ts';
import { eventsOf, pickRollout } from '../pick-rollout.ts';
import { eventsOfStep } from '../step-events.ts';

/** `heddle show`: all a rollout did, or one part of it. */
export async function showRollout(given: string, options: ShowChoice): Promise<void> {
  const store = openJournal(heddleHome());
  const rollout = pickRollout(store, given);
  const events = eventsOf(store, rollout);
  if (options.prompt !== undefined) {
    const request = await promptAt(events, options.prompt);
    if (options.json) return printJson(request);
    const { requestText } = await import('../render/request-text.ts');
    process.stdout.write(requestText(request));
    return;
  }
  const chosen = options.step === undefined ? events : eventsOfStep(events, options.step);
  if (options.json) return printJson(chosen);
  const [{ overviewOf }, { loadConfig }, { terminalOf }] = await Promise.all([
    import('../overview.ts'),
    import('../config/load.ts'),
    import('../terminal.ts'),
  ]);
  const overview = overviewOf(store, rollout, await loadConfig(null));
  const terminal = terminalOf(process.stdout);
  if (options.diff) {
    const { colourPatch } = await import('../render/patch-text.ts');
    const patch = overview?.patch ?? '';
    process.stdout.write(process.stdout.isTTY ? colourPatch(patch, terminal.palette) : patch);
    return;
  }
  const { totals, transcript } = await import('../render/transcript.ts');
  const { columns, palette } = terminal;
  const text = transcript(events, { columns, palette, objects: store.objects, ...options });
  if (options.step !== undefined) process.stdout.write(text);
  else if (overview !== null) {
    const { statusText } = await import('../render/status.ts');
    const head = `${palette.bold(rollout)}  ${statusText(overview.status, palette)}  ${totals(overview)}`;
    process.stdout.write(`${head}\n\n${text}`);
  }
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
