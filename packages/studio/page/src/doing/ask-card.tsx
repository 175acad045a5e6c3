import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Link } from 'wouter';
import type { AskTold } from '../../../src/told/doing.ts';
import { say } from '../api.ts';
import { Refused } from '../parts/refused.tsx';
import { ActionInput } from '../rollout/action-input.tsx';
import { useAct } from './use-act.ts';

interface AskCardProps {
  readonly row: AskTold;
  /** Where more than one rollout is shown. */
  readonly named?: boolean;
}

/** One thing that a run waits for, with the ways to answer it. It goes away when it is answered, here or elsewhere. */
export function AskCard({ row, named }: AskCardProps) {
  const { rollout, ask, asked, task } = row;
  const { busy, error, act } = useAct();
  const title = useId();
  const queries = useQueryClient();
  const answer = (given: unknown) =>
    void act(async () => {
      await say('/desk/answer', { rollout, ask, answer: given });
      await queries.invalidateQueries({ queryKey: ['/asks'] });
    });
  return (
    <article className="doing-ask" aria-labelledby={title}>
      <h3 id={title}>
        {asked === null
          ? 'It asks something that this Studio cannot read'
          : asked.kind === 'approval'
            ? `Step ${asked.step} wants to run`
            : 'It asks'}
        {named && (
          <>
            {' '}
            <Link href={`/rollouts/${rollout}`} className="mono">
              {rollout}
            </Link>
            {task !== '' && <span className="doing-task"> {task}</span>}
          </>
        )}
      </h3>
      {asked?.kind === 'approval' && <Approval asked={asked} busy={busy} answer={answer} />}
      {asked?.kind === 'question' && <Question asked={asked} busy={busy} answer={answer} />}
      {error !== null && <Refused error={error} />}
    </article>
  );
}

interface AnswerProps<Kind> {
  readonly asked: Extract<AskTold['asked'], { kind: Kind }>;
  readonly busy: boolean;
  answer(given: unknown): void;
}

function Approval({ asked, busy, answer }: AnswerProps<'approval'>) {
  const [why, setWhy] = useState('');
  const instruction = why.trim() === '' ? {} : { instruction: why.trim() };
  return (
    <>
      <div className="doing-action">
        <span className="action-tool">{asked.tool}</span>
        <ActionInput fields={asked.input} tool={asked.tool} />
      </div>
      <p className="doing-because">{asked.because}</p>
      <form
        className="doing-answer"
        onSubmit={(event) => {
          event.preventDefault();
          answer({ allow: false, ...instruction });
        }}
      >
        <button type="button" className="primary" disabled={busy} onClick={() => answer({ allow: true })}>
          Allow
        </button>
        <input
          aria-label="What it should do instead"
          placeholder="what it should do instead (optional)"
          value={why}
          onChange={(event) => setWhy(event.target.value)}
        />
        <button type="submit" disabled={busy}>
          Refuse
        </button>
      </form>
    </>
  );
}

function Question({ asked, busy, answer }: AnswerProps<'question'>) {
  const [text, setText] = useState('');
  return (
    <>
      <p className="doing-question">{asked.question}</p>
      <p className="dim">If nobody answers, it assumes: {asked.assumption}</p>
      <form
        className="doing-answer"
        onSubmit={(event) => {
          event.preventDefault();
          answer({ answer: text.trim() === '' ? null : text.trim() });
        }}
      >
        <input
          aria-label="Your answer"
          placeholder="your answer"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="primary" disabled={busy || text.trim() === ''}>
          Answer
        </button>
        <button type="button" disabled={busy} onClick={() => answer({ answer: null })}>
          Use the assumption
        </button>
      </form>
    </>
  );
}
