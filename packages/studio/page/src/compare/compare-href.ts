export interface SideName {
  readonly experiment: string;
  readonly agent: string;
}

export function compareHref({ a, b }: { readonly a: SideName; readonly b: SideName }): string {
  const params = new URLSearchParams({ a: `${a.experiment}:${a.agent}`, b: `${b.experiment}:${b.agent}` });
  return `/compare?${params}`;
}
