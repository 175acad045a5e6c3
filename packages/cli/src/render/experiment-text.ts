import type { AgentReport, Amount, ExperimentReport, PassRate, Shortfall } from '@heddle/lab';
import type { Palette } from './palette.ts';
import { facts, percent, range, size } from './share.ts';
import { count, duration, money, tokenCount } from './text.ts';

/** What was asked, and how far it is. */
export function headText({ plan, trials, ...report }: ExperimentReport, palette: Palette): string {
  const clusters = new Set(plan.instances.map(({ cluster }) => cluster)).size;
  const left = trials.planned - trials.finished;
  const state =
    left === 0
      ? 'finished'
      : palette.yellow(
          `not finished: ${count(left, 'trial')} of ${trials.planned} to go, so nothing below is final`,
        );
  const { dataset, instances, attempts, seed, limits } = plan;
  const what = `${dataset.name} ${dataset.chosen.slice(0, 8)} (${dataset.format})`;
  const how = `${count(attempts, 'attempt')} each, seed ${seed}, ${limitsText(limits)}`;
  return [
    `${palette.bold(report.experiment)}  ${report.name}  ${state}\n`,
    palette.dim(`${what}: ${count(instances.length, 'instance')} of ${count(clusters, 'cluster')}, ${how}\n`),
    '\n',
  ].join('');
}

/** For each agent how good it was and how sure that is; `whys`: of those that handed in nothing at all. */
export function agentTexts(
  agents: readonly AgentReport[],
  { palette, whys }: { readonly palette: Palette; readonly whys: ReadonlyMap<string, string> },
): string[] {
  return agents.map((report) => agentText(report, palette, whys.get(report.agent.name)));
}

function limitsText({ steps, usd, tokens, seconds }: ExperimentReport['plan']['limits']): string {
  const own = [
    ...(steps === undefined ? [] : [count(steps, 'step')]),
    ...(usd === undefined ? [] : [money(usd)]),
    ...(tokens === undefined ? [] : [`${tokenCount(tokens)} tokens`]),
    ...(seconds === undefined ? [] : [duration(seconds)]),
  ];
  return own.length === 0 ? 'default limits' : `at most ${own.join(', ')} each`;
}

function agentText(report: AgentReport, palette: Palette, why: string | undefined): string {
  const { agent, counts, description: d } = report;
  const model = agent.model === null ? '' : `  ${agent.model}`;
  const title = `${palette.bold(agent.name)}${palette.dim(`${model}  ${agent.kind} ${agent.version.slice(0, 8)}`)}\n`;
  const { planned, solved, failed, limit, infra, notRun } = counts;
  const spoilt = Object.entries(report.infra).map(([code, times]) => `${code} ${times}`);
  const rows: [string, string][] = [];
  if (d !== null) {
    rows.push([
      'solved',
      `${palette.bold(percent(d.mean.value))}  ${range(d.mean)} on tasks like these  ${palette.dim(`(${d.mean.method})`)}`,
    ]);
    if (d.onTheseTasks !== null)
      rows.push([
        '',
        `${' '.repeat(percent(d.mean.value).length)}  ${range(d.onTheseTasks)} on exactly these`,
      ]);
    const alone = d.se.prediction === null ? '' : `; ${size(d.se.prediction)} from attempts alone`;
    rows.push([
      'standard error',
      `${size(d.se.total)} points in all${alone}${d.designEffect === 1 ? '' : `; clusters make the variance ${d.designEffect.toFixed(2)} times as large`}`,
    ]);
  }
  rows.push([
    'trials',
    `${planned} planned: ${solved} solved, ${failed} not, ${limit} at a limit, ${infra} spoilt (infra)${notRun === 0 ? '' : `, ${notRun} not run`}`,
  ]);
  const short = SHORTFALLS.flatMap(([name, words]) => {
    const times = report.shortfalls[name];
    return times === undefined ? [] : [`${times} ${words}`];
  });
  if (short.length > 0) rows.push(['not solved', short.join(', ')]);
  if (why !== undefined) rows.push(['why', palette.yellow(why)]);
  if (infra > 0)
    rows.push([
      'infra',
      `${spoilt.join(', ')}; counted as failed ${percent(counts.infraAsFailed)}, left out ${percent(counts.infraExcluded)}`,
    ]);
  if (d !== null && d.attempts.most > 1) {
    if (d.passed !== null && d.passed.length > 0) rows.push(['pass@k', passText(d.passed, 'any')]);
    if (d.passed !== null && d.passed.length > 0) rows.push(['pass^k', passText(d.passed, 'all')]);
    if (d.solved !== null)
      rows.push([
        'instances',
        `${d.solved.always} always solved, ${d.solved.flaky} sometimes, ${d.solved.never} never`,
      ]);
  }
  if (report.byTry !== null)
    rows.push(['by try', report.byTry.map((share, at) => `${percent(share)} after ${at + 1}`).join(', ')]);
  const unpriced = report.usd.total === 0 && report.outputTokens.total > 0;
  rows.push(['cost', `${amountText(report.usd, money)}${unpriced ? ' (free, or no price is known)' : ''}`]);
  rows.push(['output tokens', amountText(report.outputTokens, (tokens) => tokenCount(Math.round(tokens)))]);
  rows.push(['time', amountText(report.seconds, duration)]);
  if (report.calibration !== null) {
    const { stated, observed, brier, brierOfBaseRate, expectedError, count: stateds } = report.calibration;
    rows.push([
      'calibration',
      `stated ${percent(stated)}, true ${percent(observed.value)} (${count(stateds, 'statement')}); Brier ${brier.value.toFixed(3)} (base rate alone ${brierOfBaseRate.toFixed(3)}), expected error ${percent(expectedError)}`,
    ]);
  }
  const flags = Object.entries(report.flags);
  if (flags.length > 0)
    rows.push([
      'flags',
      palette.yellow(flags.map(([name, times]) => `${name} in ${count(times, 'trial')}`).join(', ')),
    ]);
  return `${title}${facts(rows, '  ')}`;
}

const SHORTFALLS: readonly (readonly [Shortfall, string])[] = [
  ['nothing', 'handed in nothing'],
  ['fooled', 'passed what they could check'],
  ['wrong', 'handed in unproven'],
  ['refused', 'do not apply'],
  ['limit', 'stopped at a limit'],
];

function passText(rates: readonly PassRate[], which: 'any' | 'all'): string {
  return rates
    .map((rate) => {
      const [least, most] = rate.n;
      const n = least === most ? String(most) : `${least} to ${most}`;
      return `k=${rate.k} ${percent(rate[which].value)} (n=${n})`;
    })
    .join('  ');
}

function amountText({ total, mean, perSolved }: Amount, say: (amount: number) => string): string {
  if (mean === null) return '-';
  const each = `${say(total)} in all, ${say(mean)} a trial`;
  return perSolved === null ? each : `${each}, ${say(perSolved)} for each solved`;
}
