import type { PromptTold } from '../../../src/told/step.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { count, percent, plural } from '../words.ts';
import { PromptMessages } from './prompt-messages.tsx';

/** The request of a step as it was sent, and what of it the provider had read before. */
export function PromptView({ id, n }: { readonly id: string; readonly n: number }) {
  const path = `/rollouts/${id}/steps/${n}/prompt`;
  const { data, error } = useTold<PromptTold>(path);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the prompt" />;
  const { messages, tools, counted } = data;
  const fresh = messages.filter(({ state }) => state === 'new').length;
  return (
    <div className="prompt">
      <p className="step-facts">
        <span>{plural(messages.length, 'message')}</span>
        <span>{fresh} of them new</span>
        {counted !== null && counted.input > 0 && (
          <>
            <span>
              the provider counted <strong>{count(counted.input)}</strong> tokens,{' '}
              <strong>{percent(counted.cached / counted.input, 0)}</strong> of them cached
            </span>
            {counted.written > 0 && <span>{count(counted.written)} written to its cache</span>}
          </>
        )}
      </p>
      {counted !== null && counted.input > 0 && (
        <svg
          className="cache-bar"
          viewBox="0 0 100 4"
          preserveAspectRatio="none"
          role="img"
          aria-label="share that was cached"
        >
          <rect className="cache-all" width="100" height="4" />
          <rect className="cache-read" width={(counted.cached / counted.input) * 100} height="4" />
        </svg>
      )}
      <details className="message">
        <summary>
          <span className="message-role">tools</span>
          <span className="message-first">{tools.map(({ name }) => name).join(', ')}</span>
        </summary>
        {tools.map(({ name, description, schema }) => (
          <div key={name} className="message-part">
            <strong className="mono">{name}</strong>
            <pre>{description}</pre>
            <details>
              <summary>arguments</summary>
              <pre>{schema}</pre>
            </details>
          </div>
        ))}
      </details>
      <PromptMessages messages={messages} states whole={(index) => `${path}?message=${index}`} />
    </div>
  );
}
