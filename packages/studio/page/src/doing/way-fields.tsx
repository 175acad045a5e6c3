import { useState } from 'react';
import { AmountField } from './amount-field.tsx';
import { Field, numberOf, wordOf } from './field.tsx';
import { ProgramField } from './program-field.tsx';

const NOTHING = { program: '', model: '', approve: 'never', steps: '', budget: '', minutes: '' };

export interface Ways {
  readonly values: typeof NOTHING;
  set(name: keyof typeof NOTHING, value: string): void;
  /** As the server wants it. */
  asked(): Readonly<Record<string, string | number | undefined>>;
}

/** How a run goes on: by which model, who is asked, and its limits. */
export function useWays(): Ways {
  const [values, setValues] = useState(NOTHING);
  return {
    values,
    set: (name, value) => setValues((before) => ({ ...before, [name]: value })),
    asked() {
      const minutes = numberOf(values.minutes);
      return {
        program: wordOf(values.program),
        model: wordOf(values.model),
        approve: values.approve,
        steps: numberOf(values.steps),
        budget: numberOf(values.budget),
        seconds: minutes === undefined ? undefined : Math.ceil(minutes * 60),
      };
    },
  };
}

/** The fields of `useWays`; what is left empty stays as before. */
export function WayFields({ ways: { values, set } }: { readonly ways: Ways }) {
  const amount = (name: 'steps' | 'budget' | 'minutes', label: string, step: string) => (
    <AmountField
      label={label}
      min={step}
      step={step}
      placeholder="as before"
      value={values[name]}
      onChange={(value) => set(name, value)}
    />
  );
  return (
    <>
      <ProgramField value={values.program} set={(name) => set('program', name)} />
      <Field label="Model" hint="such as anthropic/claude-sonnet-5-5@high">
        <input
          placeholder="as before"
          value={values.model}
          onChange={(event) => set('model', event.target.value)}
        />
      </Field>
      <Field label="Ask me before">
        <select value={values.approve} onChange={(event) => set('approve', event.target.value)}>
          <option value="never">nothing</option>
          <option value="risky">what leaves the sandbox or destroys</option>
          <option value="ask">everything that writes</option>
        </select>
      </Field>
      <div className="doing-limits">
        {amount('steps', 'Steps in all', '1')}
        {amount('budget', 'US dollars', '0.01')}
        {amount('minutes', 'Minutes', '1')}
      </div>
    </>
  );
}
