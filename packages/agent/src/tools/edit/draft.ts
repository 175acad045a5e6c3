import { ModelFacingError } from '@heddle/core';
import type { Draft } from '../../remembered.ts';
import type { ToolContext, ToolResult } from '../../tool.ts';
import { clipped } from '../edit-text.ts';
import { tidyPath } from './paths.ts';

type Wish = Pick<Draft, 'path' | 'symbol'>;

/** Keeps a part of a long text; nothing is written until the last part comes. */
export function keepDraft(context: ToolContext, wish: Wish, part: string): ToolResult {
  const path = tidyPath(wish.path, context.workspace.root);
  const text = closed(kept(context, wish) + part);
  const lines = text.split('\n').length - 1;
  const draft: Draft = { path, symbol: wish.symbol, text: context.objects.put(text) };
  const last = text.trimEnd().split('\n').at(-1)!;
  return {
    content: `Kept ${lines} lines for ${nameOf(wish)}; nothing is written yet. The last is ${JSON.stringify(clipped(last))}. Go on after it with the same command${wish.symbol === null ? '' : ', symbol'} and path; leave "more" out in the last part.`,
    details: { path, draft },
  };
}

/**
 * Applies a whole text: what was kept, if anything was, and its last part. If that fails what was kept stays, since
 * it is too long to be sent again for one slip; an empty last part drops it.
 */
export async function finishDraft(
  context: ToolContext,
  wish: Wish,
  part: string,
  applyWhole: (whole: string) => Promise<ToolResult>,
): Promise<ToolResult> {
  const before = kept(context, wish);
  if (before !== '' && part.trim() === '')
    return { content: `Dropped the parts kept for ${nameOf(wish)}.`, details: { draft: null } };
  try {
    const result = await applyWhole(before + part);
    return { ...result, details: { ...(result.details as object), draft: null } };
  } catch (error) {
    if (!(error instanceof ModelFacingError) || before === '') throw error;
    throw new ModelFacingError(
      error.code,
      `${error.message}\nThe earlier parts (${before.split('\n').length - 1} lines) are still kept: send the last part again, with force: true to apply all as it is and mend it by replace, or with an empty text to drop them.`,
    );
  }
}

function kept({ view, workspace, objects }: ToolContext, wish: Wish): string {
  const { draft = null } = view;
  const same = draft?.path === tidyPath(wish.path, workspace.root) && draft.symbol === wish.symbol;
  return same ? Buffer.from(objects.get(draft.text)).toString('utf8') : '';
}

function closed(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function nameOf({ path, symbol }: Wish): string {
  return symbol === null ? path : `${symbol} in ${path}`;
}
