interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: React.ReactNode;
}

/** A named field of a form. */
export function Field({ label, hint, children }: FieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="doing-field">
      <span className="doing-label">{label}</span>
      {children}
      {hint !== undefined && <span className="dim doing-hint">{hint}</span>}
    </label>
  );
}

/** A number, or nothing. */
export function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}

/** A word, or nothing. */
export function wordOf(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}
