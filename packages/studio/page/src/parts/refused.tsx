import { Refusal } from '../api.ts';

/** What went wrong, in one line, and what to do. */
export function Refused({ error }: { readonly error: Error }) {
  return (
    <div className="refused" role="alert">
      <strong>{error.message}</strong>
      {error instanceof Refusal && error.hint !== null && <p>{error.hint}</p>}
    </div>
  );
}
