import { DEFAULT_LIMITS } from '@heddle/agent';
import type { Config } from './schema.ts';

type SetLimits = NonNullable<Config['limits']>;

/** The user's limits with those of a repository that are no higher, and why the others are refused. */
export function repositoryLimits(
  own: SetLimits,
  user: SetLimits | undefined,
): { readonly limits: SetLimits; readonly refused: readonly string[] } {
  const limits = { ...user };
  const refused: string[] = [];
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof typeof DEFAULT_LIMITS)[]) {
    const wanted = own[name];
    if (wanted === undefined) continue;
    const most = user?.[name] ?? DEFAULT_LIMITS[name];
    if (wanted <= most) limits[name] = wanted;
    else refused.push(`limits.${name} (${wanted} is more than ${most})`);
  }
  return { limits, refused };
}
