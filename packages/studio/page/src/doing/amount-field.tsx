import { Field } from './field.tsx';

interface AmountFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly min: number | string;
  /** 1 by default. */
  readonly step?: string;
  /** What holds where none is given. */
  readonly placeholder?: string;
  readonly required?: boolean;
  onChange(value: string): void;
}

/** A field for a number. */
export function AmountField({ label, hint, onChange, ...input }: AmountFieldProps) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <input type="number" {...input} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}
