import { Command, Option } from 'commander';
import { wholeNumber } from '../parse-option.ts';

interface Options {
  readonly json?: true;
  readonly diff?: true;
  readonly step?: number;
  readonly prompt?: number;
}

export function showCommand(): Command {
  return new Command('show')
    .description('show what a rollout did, or one part of it')
    .argument('[rollout]', 'id, the beginning of one, or `last`', 'last')
    .option('--json', 'print its events as an array (with --prompt: the request)')
    .addOption(new Option('--diff', 'print its patch').conflicts(['step', 'prompt', 'json']))
    .addOption(
      new Option('--step <n>', 'one step with nothing cut; 0 is before the first')
        .argParser(wholeNumber(0))
        .conflicts('prompt'),
    )
    .addOption(new Option('--prompt <n>', 'what the model was asked in a step').argParser(wholeNumber(1)))
    .addHelpText(
      'after',
      `
Examples:
  $ heddle show last
  $ heddle show 1t6x9 --step 3
  $ heddle show last --diff | git apply`,
    )
    .action(show);
}

async function show(given: string, options: Options): Promise<void> {
  const [{ heddleHome, openJournal }, { eventsOf, pickRollout }, { eventsOfStep }] = await Promise.all([
    import('../home.ts'),
    import('../pick-rollout.ts'),
    import('../step-events.ts'),
    import('@heddle/agent'),
  ]);
  const store = openJournal(heddleHome());
  const rollout = pickRollout(store, given);
  const events = eventsOf(store, rollout);
  if (options.prompt !== undefined) {
    const { promptAt } = await import('@heddle/agent');
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
