import { type AuditedAction, type AuditReport, actionTitle } from '@heddle/agent';
import { EFFECT_KINDS, EFFECT_MEANING, type EffectKind } from '@heddle/workspace';
import type { Terminal } from '../terminal.ts';
import { clip, printable } from './text.ts';

/** Kinds that are the daily business of an agent: shown dim. */
const ORDINARY: ReadonlySet<EffectKind> = new Set(['read', 'write', 'process']);

/** What `heddle audit` prints: first what matters, then every action with what it touched. */
export function auditText(report: AuditReport, terminal: Terminal): string {
  const { palette, columns } = terminal;
  const { rollout, actions, refusals, tampering, risky, requests, gaps, clean } = report;
  const lines = [`${palette.bold(rollout)}  ${clean ? palette.green('✓ clean') : palette.red('✗ findings')}`];
  const section = (title: string, entries: readonly string[]) => {
    if (entries.length > 0)
      lines.push(
        '',
        palette.bold(title),
        ...entries.map((entry) => `  ${clip(printable(entry), columns - 2)}`),
      );
  };
  section(
    'Signs of tampering',
    tampering.map(
      ({ severity, path, line, reason }) =>
        `${severity.padEnd(7)}  ${path}${line === null ? '' : `:${line}`}  ${reason}`,
    ),
  );
  for (const kind of EFFECT_KINDS.toReversed()) {
    const of = risky.filter((effect) => effect.kind === kind);
    section(
      capital(EFFECT_MEANING[kind]),
      of.map(
        ({ step, command, why, target }) =>
          `step ${step}  ${command}: ${why}${target === undefined || command.includes(target) ? '' : ` ${target}`}`,
      ),
    );
  }
  section(
    'Requests through the allow-list',
    requests.map(
      ({ step, host, allowed }) => `step ${step}  ${allowed ? 'let through' : 'refused'}  ${host}`,
    ),
  );
  section(
    'Refused',
    refusals.map(
      (action) => `step ${action.step}  ${titleOf(action)}  by ${action.guard?.by ?? 'the guard'}`,
    ),
  );
  section('Could not be looked at', gaps);
  if (report.parts === undefined) lines.push('', palette.bold(`Every action (${actions.length})`));
  for (const action of actions) {
    const kinds = kindsOf(action);
    const plain = kinds.every((kind) => ORDINARY.has(kind));
    const text = clip(
      `  ${String(action.step).padStart(3)}  ${kinds.join(' ') || '-'}  ${printable(titleOf(action))}`,
      columns,
    );
    lines.push(plain ? palette.dim(text) : text);
  }
  const parts = (report.parts ?? []).map((part) => `\n${auditText(part, terminal)}`);
  return `${lines.join('\n')}\n${parts.join('')}`;
}

function titleOf({ tool, input }: AuditedAction): string {
  return actionTitle(tool, input);
}

function kindsOf({ effects }: AuditedAction): EffectKind[] {
  const kinds = new Set(effects.map(({ kind }) => kind));
  return EFFECT_KINDS.toReversed().filter((kind) => kinds.has(kind));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
