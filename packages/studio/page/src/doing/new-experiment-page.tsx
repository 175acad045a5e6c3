import './doing.css';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { BegunTold } from '../../../src/told/doing.ts';
import { say } from '../api.ts';
import { Refused } from '../parts/refused.tsx';
import { AmountField } from './amount-field.tsx';
import { Field, numberOf, wordOf } from './field.tsx';
import { ProgramField } from './program-field.tsx';
import { useAct } from './use-act.ts';

const EMPTY = {
  ...{ dataset: '', agents: 'solo', attempts: '1', limit: '', name: '', seed: '', parallel: '' },
  ...{ steps: '', usd: '', budget: '', soundOnly: '', program: '' },
  ...{ minutes: '', difference: '', select: '', set: '', format: '', sandbox: '' },
};

/** Agents over a dataset: first what would be run and what it could show, then the run. */
export function NewExperimentPage() {
  const [, go] = useLocation();
  const [values, setValues] = useState(EMPTY);
  /** What the planner says of these very values. */
  const [plan, setPlan] = useState<string | null>(null);
  const { busy, error, act } = useAct();
  const set = (name: keyof typeof EMPTY, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setPlan(null);
  };
  const looks = () =>
    act(async () => setPlan((await say<{ text: string }>('/experiments/plan', askedOf(values))).text));
  const begins = () =>
    act(async () => go(`/experiments/${(await say<BegunTold>('/experiments', askedOf(values))).id}`));
  const amount = (name: keyof typeof EMPTY, label: string, step = '1', placeholder = '') => (
    <AmountField
      label={label}
      min={name === 'seed' ? 0 : step}
      step={step}
      placeholder={placeholder}
      value={values[name]}
      onChange={(value) => set(name, value)}
    />
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>New experiment</h1>
      </div>
      <form
        className="panel doing-form"
        onSubmit={(event) => {
          event.preventDefault();
          void (plan === null ? looks() : begins());
        }}
      >
        <Field label="Dataset" hint="a file, a folder or an address; `heddle datasets` lists the forms">
          <input
            required
            placeholder="/data/quixbugs"
            value={values.dataset}
            onChange={(event) => set('dataset', event.target.value)}
          />
        </Field>
        <Field
          label="Agents, one per line"
          hint="a name of `heddle agents` with settings: solo model=repair attempts=5 name=five"
        >
          <textarea
            required
            rows={3}
            className="mono"
            value={values.agents}
            onChange={(event) => set('agents', event.target.value)}
          />
        </Field>
        <div className="doing-limits">
          {amount('attempts', 'Attempts each')}
          {amount('limit', 'Instances, at most', '1', 'all')}
          {amount('steps', 'Steps of an attempt', '1', '150')}
          {amount('minutes', 'Minutes of an attempt', '0.5', '60')}
          {amount('usd', 'Dollars of an attempt', '0.01', '5')}
          {amount('budget', 'Dollars in all', '0.01', 'no limit')}
          {amount('parallel', 'Trials at a time', '1', 'processors')}
          {amount('seed', 'Seed', '1', '0')}
          {amount('difference', 'Points to be seen', '0.1', '5')}
        </div>
        <div className="doing-pair">
          <Field label="Settings, one per line" hint="visible=half of QuixBugs: half of its tests are shown">
            <textarea
              rows={2}
              className="mono"
              placeholder="KEY=VALUE"
              value={values.set}
              onChange={(event) => set('set', event.target.value)}
            />
          </Field>
          <Field label="Which instances, one per line" hint="ids, globs, cluster=…, meta.…=…; ! takes out">
            <textarea
              rows={2}
              className="mono"
              placeholder="all"
              value={values.select}
              onChange={(event) => set('select', event.target.value)}
            />
          </Field>
          <Field label="Form" hint="where it is not recognised">
            <input
              placeholder="recognised"
              value={values.format}
              onChange={(event) => set('format', event.target.value)}
            />
          </Field>
          <Field label="Sandbox">
            <select value={values.sandbox} onChange={(event) => set('sandbox', event.target.value)}>
              <option value="">what works here</option>
              <option value="bubblewrap">bubblewrap</option>
              <option value="namespaces">namespaces</option>
              <option value="container">container</option>
            </select>
          </Field>
        </div>
        <ProgramField value={values.program} set={(name) => set('program', name)} />
        <Field label="Name">
          <input
            placeholder="the dataset's"
            value={values.name}
            onChange={(event) => set('name', event.target.value)}
          />
        </Field>
        <label>
          <input
            type="checkbox"
            checked={values.soundOnly !== ''}
            onChange={(event) => set('soundOnly', event.target.checked ? 'yes' : '')}
          />{' '}
          Only instances that a census has shown to be sound
        </label>
        {error !== null && <Refused error={error} />}
        {plan !== null && (
          <div role="status">
            <pre className="doing-plan">{plan}</pre>
          </div>
        )}
        <div className="doing-buttons">
          <button type="submit" className="primary" disabled={busy}>
            {busy ? 'one moment …' : plan === null ? 'What would it show?' : 'Begin the experiment'}
          </button>
        </div>
      </form>
    </div>
  );
}

function askedOf(values: typeof EMPTY) {
  const { dataset, agents, name, soundOnly, program, minutes, select, set, format, sandbox, ...amounts } =
    values;
  const ofAttempt = numberOf(minutes);
  const numbers = Object.entries(amounts).map(([key, text]) => [key, numberOf(text)]);
  return {
    ...Object.fromEntries(numbers),
    dataset,
    agents: linesOf(agents),
    select: linesOf(select),
    set: linesOf(set),
    format: wordOf(format),
    sandbox: wordOf(sandbox),
    seconds: ofAttempt === undefined ? undefined : Math.ceil(ofAttempt * 60),
    name: wordOf(name),
    program: wordOf(program),
    ...(soundOnly === '' ? {} : { soundOnly: true }),
  };
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => wordOf(line) ?? []);
}
