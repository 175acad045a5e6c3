import { Link } from 'wouter';
import type { FlagTold, OtherAttempt, TrialTold } from '../../../src/told/rollout.ts';
import { useTold } from '../api.ts';
import { RolloutLink } from './rollout-link.tsx';

function FlagEvidence({ flag }: { readonly flag: FlagTold }) {
  if (flag.evidence.length === 0) return null;
  return (
    <ul className="facts-evidence" aria-label={`What ${flag.name} rests on`}>
      {flag.evidence.map(({ severity, why, quote, at }) => (
        <li key={`${at?.rollout} ${at?.step} ${why} ${quote}`}>
          {at === null ? (
            'in the patch'
          ) : (
            <RolloutLink rollout={at.rollout} step={at.step}>
              step {at.step}
            </RolloutLink>
          )}{' '}
          <span className={severity === 'note' ? 'dim' : undefined}>
            {severity === 'note' ? 'note: ' : ''}
            {why}
          </span>
          {quote !== '' && <code>{quote}</code>}
        </li>
      ))}
    </ul>
  );
}

/** The trial it is an attempt of, what came of it, and the other attempts at the same instance. */
export function TrialFacts({ rollout, trial }: { readonly rollout: string; readonly trial: TrialTold }) {
  const { data: others = [] } = useTold<readonly OtherAttempt[]>(`/rollouts/${rollout}/others`);
  const { experiment, name, agent, instance, attempt, tries, state, resolved, infra, flags, tests } = trial;
  const verdict =
    infra !== null
      ? `infra: ${infra.message}`
      : resolved === null
        ? state
        : resolved
          ? 'resolved'
          : 'not resolved';
  return (
    <section aria-labelledby="facts-trial">
      <h3 id="facts-trial">Trial</h3>
      <dl className="facts-list">
        <div>
          <dt>experiment</dt>
          <dd>
            <Link href={`/experiments/${experiment}`}>{name || experiment}</Link>
          </dd>
        </div>
        <div>
          <dt>trial</dt>
          <dd>
            {agent} at {instance}, attempt {attempt}
            {tries > 1 && ` (${tries} tries)`}
          </dd>
        </div>
        <div>
          <dt>verdict</dt>
          <dd className={resolved === true ? 'tone-good' : resolved === false ? 'tone-bad' : undefined}>
            {verdict}
          </dd>
        </div>
        {flags.map((flag) => (
          <div key={flag.name}>
            <dt className="tone-bad">⚑ {flag.name}</dt>
            <dd>
              {flag.meaning}
              <FlagEvidence flag={flag} />
            </dd>
          </div>
        ))}
        {tests?.map(({ group, passed, failed, failedCount }) => (
          <div key={group}>
            <dt className="mono">{group}</dt>
            <dd>
              {passed} passed, {failedCount} failed
              {failed.length > 0 && (
                <details>
                  <summary>which failed</summary>
                  <ul className="check-names">
                    {failed.map((test) => (
                      <li key={test} className="mono">
                        {test}
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {others.length > 0 && (
        <ul className="others" aria-label="Other attempts at this instance">
          {others.map((other) => (
            <li key={other.rollout}>
              <span
                className={
                  other.resolved === true ? 'tone-good' : other.resolved === false ? 'tone-bad' : 'dim'
                }
              >
                {other.resolved === true
                  ? '✓ resolved'
                  : other.resolved === false
                    ? '✗ not resolved'
                    : '▨ no verdict'}
              </span>
              <RolloutLink rollout={other.rollout}>
                {other.agent}, attempt {other.attempt}
              </RolloutLink>
              <Link href={`/side?a=${rollout}&b=${other.rollout}`}>side by side</Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
