import { isTestFile } from '@heddle/code';
import {
  type ApprovalMode,
  becauseText,
  type EffectKind,
  type GuardRules,
  type JudgeContext,
  type Judgement,
  type Ruling,
  ruleOn,
  type Secret,
  SecretMask,
  secretsNamed,
} from '@heddle/workspace';
import type { OnConsulted } from '../consult.ts';
import type { Tool } from '../tool.ts';
import type { Answer, Approver, Inbox } from './approver.ts';
import type { Subject } from './subject.ts';

/** How free a rollout is. It belongs to the run, like the person at the terminal: `resume` is given its own. */
export interface GuardOptions {
  /** Default `never`. */
  readonly mode?: ApprovalMode;
  readonly rules?: GuardRules;
  /** Asked in the modes `risky` and `ask`. Without one, what would be asked is refused. */
  readonly approver?: Approver;
  readonly inbox?: Inbox;
  readonly secrets?: readonly Secret[];
  /** Hosts that programs may reach, each also with its subdomains if it begins with a dot. Default: none. */
  readonly allowHosts?: readonly string[];
}

/** In `details.guard` of an `action.completed` that was asked about or refused, or that was given secrets. */
export interface GuardDetails {
  readonly mode: ApprovalMode;
  readonly decision: 'allowed' | 'refused';
  /** `rule`: the user's configuration; `nobody`: there was no one to ask. */
  readonly by: 'rule' | 'person' | 'auditor' | 'nobody' | 'mode';
  readonly effects: readonly EffectKind[];
  readonly because?: string;
  readonly instruction?: string;
  /** How long a person took to decide: time that is not the rollout's. */
  readonly seconds?: number;
  /** What its programs asked of the network while it ran. */
  readonly requests?: readonly { readonly host: string; readonly allowed: boolean }[];
  /** Names of the secrets in its environment. */
  readonly secrets?: readonly string[];
}

export type Verdict =
  | {
      readonly allowed: true;
      readonly env: Readonly<Record<string, string>>;
      readonly details: GuardDetails | null;
    }
  | { readonly allowed: false; readonly content: string; readonly details: GuardDetails };

export interface Asking {
  readonly rollout: string;
  readonly tool: Tool;
  readonly input: unknown;
  /** What the model asked for, where the repository has changed it: secrets it did not name are not given. */
  readonly asked?: unknown;
  readonly root: string;
  readonly cwd: string | null;
  readonly task: string;
  readonly step: number;
  readonly signal: AbortSignal;
  readonly onConsulted?: OnConsulted | undefined;
}

/** Decides about each action before it runs. What it decides is journaled with the action's end. */
export class Guard {
  readonly mask: SecretMask;
  readonly #options: GuardOptions;
  readonly #mode: ApprovalMode;

  constructor(options: GuardOptions = {}) {
    this.#options = options;
    this.#mode = options.mode ?? 'never';
    this.mask = new SecretMask(options.secrets ?? []);
  }

  get inbox(): Inbox | undefined {
    return this.#options.inbox;
  }

  /** What the model must know to use what the run gives it; empty for a run that gives nothing. */
  get hint(): string {
    const { secrets = [], allowHosts = [] } = this.#options;
    const names = secrets.map(({ name }) => `$${name}`).join(', ');
    return [
      ...(names === ''
        ? []
        : [
            `Secrets: ${names}. A command that names one so has it in its environment, and no other command does; you see its value masked.`,
          ]),
      ...(allowHosts.length === 0
        ? []
        : [
            `Network: commands reach ${allowHosts.join(', ')} through the proxy of HTTP_PROXY, and nothing else.`,
          ]),
    ].join('\n');
  }

  /**
   * For what is tried in a fork and touches nothing else: rules refuse there too, but nobody is asked, which is for the
   * action itself.
   */
  forTrials(): Guard {
    const { inbox: _, ...options } = this.#options;
    return new Guard({ ...options, approver: { by: 'person', approve: async () => ({ allow: true }) } });
  }

  async decide(asking: Asking): Promise<Verdict> {
    const { tool, input, asked = input } = asking;
    const subjects = subjectsOf(tool, input);
    const named = this.#envFor(subjectsOf(tool, asked));
    const env = Object.fromEntries(Object.entries(this.#envFor(subjects)).filter(([name]) => name in named));
    const secrets = Object.keys(env);
    if (!this.#watches) {
      const given: GuardDetails = {
        mode: this.#mode,
        decision: 'allowed',
        by: 'mode',
        effects: ['credentials'],
        secrets,
      };
      return { allowed: true, env, details: secrets.length > 0 ? given : null };
    }
    const judgement = subjects === null ? UNDECLARED(tool.name) : await this.#judge(subjects, asking);
    const ruling = ruleOn(judgement, this.#mode, this.#options.rules);
    const details = {
      mode: this.#mode,
      effects: [...new Set(judgement.effects.map(({ kind }) => kind))],
      ...(ruling.because.length > 0 ? { because: becauseText(ruling.because) } : {}),
      ...(secrets.length > 0 ? { secrets } : {}),
    };
    if (ruling.decide === 'deny')
      return refusal({
        ...details,
        decision: 'refused',
        by: 'rule',
        ...(ruling.say === undefined ? {} : { instruction: ruling.say }),
      });
    if (ruling.decide === 'allow')
      return {
        allowed: true,
        env,
        details: secrets.length > 0 ? { ...details, decision: 'allowed', by: 'mode' } : null,
      };
    const started = performance.now();
    const { by, answer } = await this.#ask(asking, ruling);
    const took = by === 'person' ? { seconds: (performance.now() - started) / 1000 } : {};
    if (answer.allow)
      return { allowed: true, env, details: { ...details, decision: 'allowed', by, ...took } };
    const said = answer.instruction === undefined ? {} : { instruction: answer.instruction };
    return refusal({ ...details, decision: 'refused', by, ...took, ...said });
  }

  /** An action's details with what its programs asked of the network. */
  withRequests(details: unknown, requests: NonNullable<GuardDetails['requests']>): unknown {
    if (requests.length === 0) return details;
    const decided = guardDetailsOf(details) ?? {
      mode: this.#mode,
      decision: 'allowed',
      by: 'mode',
      effects: [],
    };
    const guard = { ...decided, effects: [...new Set([...decided.effects, 'network'])], requests };
    return { ...(typeof details === 'object' ? details : { result: details }), guard };
  }

  /** Nothing is judged where nothing could come of it. */
  get #watches(): boolean {
    const { rules } = this.#options;
    return this.#mode !== 'never' || (rules !== undefined && Object.keys(rules).length > 0);
  }

  async #judge(subjects: readonly Subject[], { root, cwd }: Asking): Promise<Judgement> {
    const { judgeSubjects } = await import('./subject.ts');
    const names = (this.#options.secrets ?? []).map(({ name }) => name);
    const context: JudgeContext = { root, cwd, isTest: isTestFile, secrets: names };
    return judgeSubjects(subjects, context);
  }

  #envFor(subjects: readonly Subject[] | null): Record<string, string> {
    const texts = (subjects ?? []).flatMap((subject) => (subject.kind === 'shell' ? [subject.text] : []));
    return secretsNamed(texts.join('\n'), this.#options.secrets ?? []);
  }

  async #ask(
    { rollout, tool, input, task, step, signal, onConsulted }: Asking,
    { because }: Ruling,
  ): Promise<{ by: Approver['by'] | 'nobody'; answer: Answer }> {
    const { approver } = this.#options;
    if (approver === undefined) return { by: 'nobody', answer: { allow: false } };
    const question = { rollout, tool: tool.name, input: this.mask.value(input), because, task, step };
    return { by: approver.by, answer: await approver.approve(question, signal, onConsulted) };
  }
}

/** What a call will do; null for a tool that writes and does not say what. */
export function subjectsOf(tool: Tool, input: unknown): readonly Subject[] | null {
  if (tool.subjects !== undefined) return tool.subjects(input);
  return tool.touches.writes && tool.touches.settles !== true ? null : [];
}

const UNDECLARED = (tool: string): Judgement => ({
  effects: [{ kind: 'write', command: tool, why: 'the tool may write files' }],
});

function refusal(details: GuardDetails): Verdict {
  const { by, because = '', instruction } = details;
  const who = {
    rule: 'the user’s rules',
    person: 'the user',
    auditor: 'the auditor',
    nobody: 'the guard: nobody is there to ask',
    mode: 'the guard',
  }[by];
  const content = [
    `Refused by ${who}, so nothing was run: ${because}.`,
    instruction === undefined || instruction === '' ? 'Do it another way, or go on without it.' : instruction,
  ].join('\n');
  return { allowed: false, content, details };
}

/** What the guard wrote into an action's details, if anything. */
export function guardDetailsOf(details: unknown): GuardDetails | null {
  const guard = (details as { guard?: GuardDetails } | null)?.guard;
  return guard === undefined || typeof guard.decision !== 'string' ? null : guard;
}
