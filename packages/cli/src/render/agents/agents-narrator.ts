import type { AgentRow, AgentTree } from '@heddle/agent';
import type { EventOf, Recorded } from '@heddle/core';
import { Narrator } from '../narrator.ts';
import type { Palette } from '../palette.ts';
import { clip, columnsOf, count, duration, firstLine, money, oneLine, padEnd } from '../text.ts';
import { endLine, endText, percent } from './end-text.ts';
import { testTitle } from './test-title.ts';

interface Look {
  readonly columns: number;
  readonly palette: Palette;
}

/** Parts of a plan that are named; `heddle show` has them all. */
const MAX_PLAN_LINES = 12;

/**
 * Tells a rollout that is made of agents, in lines that are final: each attempt's steps that changed something, how it
 * ended, and how the choice was made. Each line begins with whose it is.
 */
export class AgentsNarrator {
  readonly #look: () => Look;
  readonly #tree: AgentTree;
  readonly #children = new Map<string, ChildLines>();
  readonly #forks = new Set<string>();

  /** `tree` has been told of each event before this is. */
  constructor(tree: AgentTree, look: () => Look) {
    this.#tree = tree;
    this.#look = look;
  }

  /** An event of the rollout itself. */
  event({ event }: Recorded): string[] {
    const { palette } = this.#look();
    switch (event.type) {
      case 'rollout.delegated':
        return event.forked === undefined ? [] : this.#forked(event.forked);
      case 'rollout.returned':
        return [this.#line(event.path, this.#returned(event))];
      case 'agent.completed':
        return event.outcome === 'failed' ? this.#failed(event) : [];
      case 'budget.exhausted':
        return [
          palette.yellow(
            this.#fit(`  ! ${BUDGET[event.limit]} is used up${this.#of(event.path)}: what ran was stopped`),
          ),
        ];
      case 'candidate.proposed':
        return this.#proposed(event);
      case 'evidence.dismissed':
        return [
          palette.dim(
            this.#fit(`  crosscheck  ${this.#testTitle(event)} counts for nothing: ${DISMISSED[event.why]}`),
          ),
        ];
      case 'candidates.compared': {
        const { first, second, winner, model } = event;
        const better = winner === null ? 'neither is better' : `#${winner} is better`;
        return [
          palette.dim(this.#fit(`  crosscheck  #${first} against #${second}: ${better}, says ${model}`)),
        ];
      }
      case 'candidate.chosen':
        return [this.#chosen(event)];
      case 'plan.made':
        return this.#plan(event);
      case 'part.completed':
        return event.outcome === 'done'
          ? []
          : [palette.yellow(this.#fit(`  ${event.part}  ${event.outcome}: ${oneLine(event.why)}`))];
      case 'patches.merged':
        return this.#merged(event);
      default:
        return [];
    }
  }

  /** An event of a rollout that works for one of its agents. */
  child(recorded: Recorded): string[] {
    const { rollout, event } = recorded;
    let lines = this.#children.get(rollout);
    if (lines === undefined) {
      lines = new ChildLines(() => {
        const { columns, palette } = this.#look();
        return { columns: columns - columnsOf(this.#prefix(rollout)), palette };
      });
      this.#children.set(rollout, lines);
    }
    if (event.type === 'rollout.forked') lines.forkOf(this.#children.get(event.parent.rollout));
    return lines.event(recorded).map((line) => `${this.#prefix(rollout)}${line}`);
  }

  #prefix(rollout: string): string {
    return `${this.#look().palette.bold(this.#padded(this.#tree.labelOf(rollout)))}  `;
  }

  /** Told of once, however many take over. */
  #forked({ rollout, step }: NonNullable<EventOf<'rollout.delegated'>['forked']>): string[] {
    const key = `${rollout}@${step}`;
    if (this.#forks.has(key)) return [];
    this.#forks.add(key);
    const { dim } = this.#look().palette;
    return [`${this.#prefix(rollout)}${dim(`⑂ others go on from its step ${step}`)}`];
  }

  /** Labels stand in one column. */
  #padded(label: string): string {
    const widest = Math.max(...this.#tree.rows().map((row) => columnsOf(row.label)));
    return padEnd(label, widest);
  }

  #line(path: string, text: string): string {
    const { palette } = this.#look();
    return this.#fit(`${palette.bold(this.#padded(this.#labelAt(path)))}  ${text}`);
  }

  #labelAt(path: string): string {
    return this.#rowAt(path)?.label ?? path;
  }

  /** The innermost part that a path belongs to. */
  #rowAt(path: string): AgentRow | undefined {
    return this.#tree.rows().findLast((row) => path === row.path || path.startsWith(`${row.path}/`));
  }

  /** The whole's failure is the report's; one of a rollout that has returned has been told of. */
  #failed({ path, why = '' }: EventOf<'agent.completed'>): string[] {
    const row = this.#rowAt(path);
    if (row?.path !== path || row.rollout?.returned?.work.reason.includes(why) === true) return [];
    return [this.#line(path, this.#look().palette.red(`✗ failed: ${oneLine(why)}`))];
  }

  #of(path: string): string {
    const label = this.#rowAt(path)?.label;
    return label === undefined ? '' : ` (${label})`;
  }

  #returned({ path, work, spent }: EventOf<'rollout.returned'>): string {
    const { palette } = this.#look();
    const agent = this.#rowAt(path)?.agent ?? '';
    const end = endLine(endText({ phase: 'ended', work, why: '', agent })!, palette);
    const cost = spent.usd === 0 ? '' : `, ${money(spent.usd)}`;
    return `${end}  ${palette.dim(`${count(spent.steps, 'step')}, ${duration(spent.seconds)}${cost}`)}`;
  }

  /** One that was not handed in has been told of already; who is the same as whom is in the report's table. */
  #proposed(proposed: EventOf<'candidate.proposed'>): string[] {
    const { candidate, out } = proposed;
    const { dim } = this.#look().palette;
    const status = this.#tree.partOf(proposed)?.work?.status;
    const handedIn = status === 'solved' || status === 'unverified';
    return out === null || !handedIn
      ? []
      : [dim(this.#fit(`  crosscheck  #${candidate} is out: ${oneLine(out)}`))];
  }

  #testTitle({ path, test }: EventOf<'evidence.dismissed'>): string {
    const measured = this.#tree.composition.selections.get(path)?.evidence.find((each) => each.test === test);
    return measured === undefined ? test : testTitle(measured);
  }

  #chosen({ candidate, probability, ranking, reasons }: EventOf<'candidate.chosen'>): string {
    const { green, yellow, dim } = this.#look().palette;
    const none = ranking.length === 0 ? '' : `none is good enough (${percent(probability)})`;
    const choice =
      candidate === null ? yellow(none) : green(`#${candidate} is chosen (${percent(probability)})`);
    const [said = ''] = reasons;
    const why = choice === '' ? said : '';
    return this.#fit(`  crosscheck  ${choice}${dim(oneLine(why))}`);
  }

  #plan({ round, parts }: EventOf<'plan.made'>): string[] {
    const { palette } = this.#look();
    const more = parts.length - MAX_PLAN_LINES;
    return [
      palette.cyan(`  ${round === 1 ? 'plan' : `plan, made anew (${round})`}`),
      ...parts.slice(0, MAX_PLAN_LINES).map(({ name, task, after }) => {
        const order = after.length === 0 ? '' : palette.dim(`  after ${after.join(', ')}`);
        return this.#fit(`    ${palette.bold(name)}  ${firstLine(task)}${order}`);
      }),
      ...(more > 0 ? [palette.dim(`    and ${count(more, 'more part')}`)] : []),
    ];
  }

  #merged({ parts }: EventOf<'patches.merged'>): string[] {
    const { palette } = this.#look();
    return parts.flatMap(({ name, outcome, paths }) =>
      outcome === 'conflict'
        ? [
            palette.yellow(
              this.#fit(`  ${name}  cannot be put together with the others: ${paths.join(', ')}`),
            ),
          ]
        : [],
    );
  }

  #fit(text: string): string {
    return clip(text, this.#look().columns);
  }
}

export const DISMISSED: Readonly<Record<EventOf<'evidence.dismissed'>['why'], string>> = {
  flaky: 'it is not the same twice',
  'passes-without': 'it passes without any change too',
  'passes-nowhere': 'its own author fails it',
  'cannot-run': 'it could not be run',
  'not-comparable': 'what it shows cannot be compared',
};

const BUDGET: Readonly<Record<EventOf<'budget.exhausted'>['limit'], string>> = {
  usd: 'the money',
  tokens: 'the budget of tokens',
  seconds: 'the time',
};

/** What a line of the narrator begins with: blanks, and a step's number, dim. */
const STEP_NUMBER = /^((?:\u001b\[\d+m)*) *(\d+)?/;
/** By which `step 12` is longer than a number in its column. */
const STEP_COLUMNS = 4;

/** One rollout's steps that changed something or went wrong; what only looks round is in the live lines. */
class ChildLines {
  readonly #narrator: Narrator;
  /** The checks before any edit. */
  readonly #base: Recorded[] = [];
  #changed = false;

  constructor(look: () => Look) {
    this.#narrator = new Narrator(() => {
      const { columns, palette } = look();
      return { columns: columns - STEP_COLUMNS, palette };
    });
  }

  /** A fork is told of with what was before its parent's edits. */
  forkOf(parent: ChildLines | undefined): void {
    if (parent !== undefined) for (const recorded of parent.#base) this.event(recorded);
  }

  event(recorded: Recorded): string[] {
    return this.#final(recorded).map((line) =>
      line.replace(
        STEP_NUMBER,
        (_, colour = '', number = '') => `${colour}${number === '' ? '' : `step ${number}`}`,
      ),
    );
  }

  #final(recorded: Recorded): string[] {
    const { event } = recorded;
    const lines = this.#narrator.event(recorded);
    switch (event.type) {
      case 'action.completed':
        this.#changed ||= event.changed.length > 0;
        return lines;
      case 'check.completed':
        if (event.step > 0) this.#changed = true;
        else this.#base.push(recorded);
        return [];
      case 'model.requested':
      case 'rollout.paused':
      case 'rollout.completed': {
        const changed = this.#changed;
        this.#changed = false;
        return changed ? lines : [];
      }
      case 'model.retried':
      case 'model.failed':
        return lines;
      default:
        return [];
    }
  }
}
