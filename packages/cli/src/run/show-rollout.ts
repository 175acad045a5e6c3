import { agentTreeOf, overviewOf, withinOf } from '@heddle/agent';
import type { Store } from '@heddle/core';
import type { ShowChoice } from '../commands/show.ts';
import { loadConfig } from '../config/load.ts';
import { heddleHome, openJournal } from '../home.ts';
import { eventsOf, pickRollout } from '../pick-rollout.ts';
import { labelOf } from '../pick-version.ts';
import { agentsTreeText } from '../render/agents/agents-tree-text.ts';
import { colourPatch } from '../render/patch-text.ts';
import { statusText } from '../render/status.ts';
import { totals, transcript } from '../render/transcript.ts';
import { eventsOfStep } from '../step-events.ts';
import { type Terminal, terminalOf } from '../terminal.ts';

/** `heddle show`: all a rollout did, or one part of it. */
export async function showRollout(given: string, options: ShowChoice): Promise<void> {
  const store = openJournal(heddleHome());
  const rollout = pickRollout(store, given);
  const events = eventsOf(store, rollout);
  if (options.prompt !== undefined) {
    // Late: it takes the tools, of which a prompt tells.
    const { promptText } = await import('./prompt-text.ts');
    process.stdout.write(await promptText(events, options.prompt, options));
    return;
  }
  if (options.crosscheck) {
    const { showCrosscheck } = await import('./show-crosscheck.ts');
    showCrosscheck(store, { rollout, events, json: options.json === true });
    return;
  }
  const chosen = options.step === undefined ? events : eventsOfStep(events, options.step);
  if (options.json) return printJson(chosen);
  const overview = overviewOf(store, rollout, await loadConfig(null));
  const terminal = terminalOf(process.stdout);
  if (options.diff) {
    const patch = overview?.patch ?? '';
    process.stdout.write(process.stdout.isTTY ? colourPatch(patch, terminal.palette) : patch);
    return;
  }
  const { columns, palette } = terminal;
  const tree = agentTreeOf(store, events);
  const agents = tree.isEmpty ? '' : agentsTreeText(tree, terminal);
  const text = transcript(events, { columns, palette, objects: store.objects, agents, ...options });
  if (options.step !== undefined) process.stdout.write(text);
  else if (overview !== null) {
    const ran = store.versions.of(rollout).map((version) => `  ${labelOf(version)}`);
    const head = `${palette.bold(rollout)}  ${statusText(overview.status, palette)}  ${totals(overview)}${ran.join('')}`;
    process.stdout.write(`${head}\n${withinLine(store, rollout, terminal)}\n${text}`);
  }
}

/** Whose part it is; empty for one of its own. */
function withinLine(store: Store, rollout: string, { palette }: Terminal): string {
  const within = withinOf(store, rollout);
  return within === null
    ? ''
    : `${palette.dim(`a part of ${within.rollout}, for ${within.path}: heddle show ${within.rollout}`)}\n`;
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
