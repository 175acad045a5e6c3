import { canonicalJson, isCompositionEvent, isPeerEvent, type RolloutEvent } from '@heddle/core';

/**
 * What of an event must be the same in a replay. Left out: how long things took, in fields and in the text that
 * programs print about their own speed, and `details`, which is for people. Everything else counts: files
 * (snapshots), exit codes, test names, the prompt's digest, the decision.
 */
export function comparable(event: RolloutEvent): string {
  switch (event.type) {
    case 'check.completed': {
      const { seconds: _, output: __, ...rest } = event;
      return canonicalJson(rest);
    }
    case 'action.completed': {
      const { seconds: _, output: __, details: ___, content, ...rest } = event;
      return canonicalJson({ ...rest, content: withoutTimings(content) });
    }
    case 'view.refreshed':
    case 'model.consulted': {
      const { seconds: _, ...rest } = event;
      return canonicalJson(rest);
    }
    case 'edit.compared':
    case 'memory.folded':
    case 'model.completed':
    case 'model.retried':
    case 'model.requested':
    case 'model.failed':
    case 'rollout.started':
    case 'rollout.forked':
    case 'rollout.resumed':
    case 'rollout.paused':
    case 'rollout.completed':
    case 'workspace.prepared':
    case 'workspace.restored':
    case 'check.started':
    case 'action.started':
    case 'note.added':
      return canonicalJson(event);
    default:
      if (isCompositionEvent(event) || isPeerEvent(event)) return canonicalJson(event);
      return event satisfies never;
  }
}

const DURATION = /\b\d+(?:[.,]\d+)?\s?(?:ns|µs|us|ms|s|secs?|seconds|m|min|minutes)\b/g;
const DURATION_FIELD = /(\b(?:duration|duration_ms|elapsed|time|took|start at)\b["']?\s*[:=]?\s*)\d[\d.:]*/gi;

/** Said of what took long; another time it may not. */
const TOOK_LONG = /(\[exit code \d+[^\]\n]*), \d+ s\]/g;

/** What programs print about their own speed, and we of theirs. */
export function withoutTimings(text: string): string {
  return text.replace(TOOK_LONG, '$1]').replace(DURATION, '#').replace(DURATION_FIELD, '$1#');
}
