import { Field } from './field.tsx';

interface PersonFieldProps {
  readonly person: string;
  onChange(person: string): void;
}

/** Who says it. */
export function PersonField({ person, onChange }: PersonFieldProps) {
  return (
    <Field label="By">
      <input placeholder="you" value={person} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}
