import './facts.css';
import { Link } from 'wouter';
import type { AuditTold, RolloutTold } from '../../../src/told/rollout.ts';
import type { VersionTold } from '../../../src/told/version.ts';
import { useTold } from '../api.ts';
import { isExport } from '../export-files.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { count, duration, money, plural } from '../words.ts';
import type { Place } from './place.ts';
import { TrialFacts } from './trial-facts.tsx';

const CHECKS_FROM: Readonly<Record<string, string>> = {
  option: 'as they were given',
  configuration: 'of the configuration',
  detected: 'found in the repository',
};

/** What it was asked, what it ran with, what it may, and whether it kept to it. */
export function FactsView({ head, go }: { readonly head: RolloutTold; go(next: Partial<Place>): void }) {
  const { task, config, limits, spent, inherited, usage, agent, heddle, versions, notes, guides, skills } =
    head;
  const row = (name: string, value: React.ReactNode) => (
    <div key={name}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
  const spentRow = (of: RolloutTold['spent']) =>
    `${plural(of.steps, 'step')}, ${money(of.usd)}, ${count(of.tokens)} tokens, ${duration(of.seconds)}`;
  return (
    <div className="rollout-view facts">
      <section aria-labelledby="facts-task">
        <h3 id="facts-task">Task</h3>
        <p className="facts-task">{task.text}</p>
        <dl className="facts-list">
          {row('repository', <span className="mono">{task.repo}</span>)}
          {task.commit !== null && row('commit', <span className="mono">{task.commit}</span>)}
        </dl>
      </section>
      {head.trial !== null && <TrialFacts rollout={head.line.rollout} trial={head.trial} />}
      <section aria-labelledby="facts-run">
        <h3 id="facts-run">What it ran with</h3>
        <dl className="facts-list">
          {row('agent', agent.name)}
          {row(
            'model',
            `${config.model}, seed ${config.seed}${config.temperature === null ? '' : `, temperature ${config.temperature}`}`,
          )}
          {versions.length > 0 &&
            row(
              'versions',
              versions.map(({ kind, name, number, digest }) => (
                <span key={digest} title={digest}>
                  {kind} <VersionName kind={kind} name={name} number={number} />{' '}
                </span>
              )),
            )}
          {row('tools', config.tools.length === 0 ? '–' : config.tools.join(', '))}
          {config.foreignTools.length > 0 && row('tools of MCP servers', config.foreignTools.join(', '))}
          {row('sandbox', `${config.sandbox}, network ${config.network ? 'open' : 'closed'}`)}
          {row('checks', CHECKS_FROM[config.checksFrom] ?? config.checksFrom)}
          {config.contextTokens !== null && row('context', `${count(config.contextTokens)} tokens`)}
          {config.memory !== null && row('memory', config.memory)}
          {config.ownPrompt && row('prompt', 'its own')}
          {config.agent !== null &&
            row('recipe', <pre className="facts-json">{JSON.stringify(config.agent, null, 2)}</pre>)}
          {head.peer !== null && row('program', <span className="mono">{head.peer.program}</span>)}
          {head.peer?.end != null && row('how it ended', head.peer.end)}
          {row('Heddle', heddle)}
        </dl>
      </section>
      <section aria-labelledby="facts-checks">
        <h3 id="facts-checks">Checks</h3>
        {head.checks.length === 0 ? (
          <p className="dim">None.</p>
        ) : (
          <dl className="facts-list">
            {head.checks.map(({ name, command }) => row(name, <span className="mono">{command}</span>))}
          </dl>
        )}
      </section>
      <section aria-labelledby="facts-spent">
        <h3 id="facts-spent">Limits</h3>
        <dl className="facts-list">
          {row('spent', spentRow(spent))}
          {row('limits', spentRow(limits))}
          {inherited !== null && row('shared with its parent', spentRow(inherited))}
          {usage.input + usage.output > 0 &&
            row(
              'tokens',
              `${count(usage.input)} in (${count(usage.cached)} of them cached), ${count(usage.output)} out (${count(usage.reasoning)} of them reasoning)`,
            )}
        </dl>
      </section>
      {notes.length + guides.length + skills.length > 0 && (
        <section aria-labelledby="facts-files">
          <h3 id="facts-files">Workspace</h3>
          <dl className="facts-list">
            {notes.map((note) => row('note', note))}
            {guides.length > 0 && row('guides', guides.join(', '))}
            {skills.length > 0 && row('skills', skills.join(', '))}
          </dl>
        </section>
      )}
      <section aria-labelledby="facts-audit">
        <h3 id="facts-audit">Audit</h3>
        <Audit head={head} go={go} />
      </section>
    </div>
  );
}

function VersionName({ kind, name, number }: Pick<VersionTold, 'kind' | 'name' | 'number'>) {
  const text = `${name}@${number}`;
  // An export is of one experiment: other versions are not in it.
  return isExport() ? text : <Link href={`/versions?${new URLSearchParams({ kind, name })}`}>{text}</Link>;
}

const KINDS: Readonly<Record<AuditTold['findings'][number]['kind'], string>> = {
  tampering: 'tampering',
  effect: 'effect',
  refusal: 'refused',
  request: 'network',
  gap: 'not looked at',
};

function Audit({ head, go }: { readonly head: RolloutTold; go(next: Partial<Place>): void }) {
  const { data, error } = useTold<AuditTold>(`/rollouts/${head.line.rollout}/audit`);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the audit" />;
  if (data.why !== null) return <p className="dim">{data.why}</p>;
  return (
    <>
      <p className={data.clean ? 'tone-good' : 'tone-bad'}>
        {data.clean ? '✓ clean' : '✗ findings'}: {plural(data.actions, 'action')} looked at
      </p>
      <ul className="findings">
        {data.findings.map(({ kind, grave, step, text }) => (
          <li key={`${kind} ${step} ${text}`}>
            <span className={grave ? 'badge badge-bad' : 'badge'}>{KINDS[kind]}</span>{' '}
            {step !== null && (
              <button
                type="button"
                className="quiet"
                onClick={() => go({ view: 'steps', step, side: 'all' })}
              >
                step {step}
              </button>
            )}{' '}
            {text}
          </li>
        ))}
      </ul>
    </>
  );
}
