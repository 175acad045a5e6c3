export interface SideName {
  readonly experiment: string;
  readonly agent: string;
}

/** `without`: what is left out, as the address says it. */
export function compareHref({
  a,
  b,
  without = null,
}: {
  readonly a: SideName;
  readonly b: SideName;
  readonly without?: string | null;
}): string {
  const params = new URLSearchParams({ a: `${a.experiment}:${a.agent}`, b: `${b.experiment}:${b.agent}` });
  if (without !== null) params.set('without', without);
  return `/compare?${params}`;
}
