import type { ProgramsTold } from '../../../src/told/doing.ts';
import { useTold } from '../api.ts';
import { Field } from './field.tsx';

interface ProgramFieldProps {
  /** Empty: the first. */
  readonly value: string;
  set(name: string): void;
}

/** Which Heddle, and so which version of its agents; nothing where there is but one. */
export function ProgramField({ value, set }: ProgramFieldProps) {
  const programs = useTold<ProgramsTold>('/programs').data?.programs ?? [];
  if (programs.length < 2) return null;
  return (
    <Field label="Version" hint="the Heddle that runs it">
      <select value={value} onChange={(event) => set(event.target.value)}>
        {programs.map((name, at) => (
          <option key={name} value={at === 0 ? '' : name}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}
