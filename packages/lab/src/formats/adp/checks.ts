import type { AdpItem, AdpTrajectory } from './schema.ts';

/** Functions that the format has by itself, for browsers: no custom tools. */
const BUILT_IN: ReadonlySet<string> = new Set(
  'goto go_back go_forward click dblclick hover fill clear press scroll select_option drag_and_drop focus tab_close tab_focus new_tab noop send_msg_to_user report_infeasible upload_file finish'.split(
    ' ',
  ),
);

/**
 * What the published models refuse beyond the shapes: links between actions and observations, and lists that must agree
 * with what is used. Older versions had no ids, so links are asked of those items that have one. Empty: all is well.
 */
export function adpProblems(trajectory: AdpTrajectory): string[] {
  const { content } = trajectory;
  const strict = trajectory.schema_version === '1.2.0';
  return [...linkProblems(content, strict), ...listProblems(trajectory)];
}

function* linkProblems(content: readonly AdpItem[], strict: boolean): Generator<string> {
  const open = new Map<string, number>();
  const seen = new Set<string>();
  const answered = new Set<string>();
  for (const [index, item] of content.entries()) {
    const id = item.tool_call_id ?? null;
    const next = content[index + 1];
    if (item.class_ === 'message_action') {
      if (id !== null) yield `content.${index}: a message_action has no tool_call_id`;
      continue;
    }
    if (item.class_ === 'api_action' || item.class_ === 'code_action') {
      if (id === null) {
        if (strict && next?.class_.endsWith('_observation'))
          yield `content.${index}: an action that an observation follows needs a tool_call_id`;
        continue;
      }
      if (seen.has(id)) yield `content.${index}: a second action has the tool_call_id ${id}`;
      seen.add(id);
      open.set(id, index);
      continue;
    }
    if (id === null) continue;
    if (!seen.has(id)) yield `content.${index}: no action before it has the tool_call_id ${id}`;
    else if (answered.has(id)) yield `content.${index}: a second observation for the tool_call_id ${id}`;
    answered.add(id);
    open.delete(id);
  }
  for (const [id, index] of open) yield `content.${index}: no observation for the tool_call_id ${id}`;
}

function* listProblems(trajectory: AdpTrajectory): Generator<string> {
  const { content, available_code_languages: languages } = trajectory;
  const tools = trajectory.available_custom_tools ?? trajectory.available_apis ?? null;
  const functions = new Set(
    content.flatMap((item) =>
      item.class_ === 'api_action' && !BUILT_IN.has(item.function) ? [item.function] : [],
    ),
  );
  if (tools !== null)
    for (const name of functions)
      if (!tools.includes(name)) yield `available_custom_tools: ${name} is missing`;
  if (languages == null) return;
  const used = new Set(content.flatMap((item) => (item.class_ === 'code_action' ? [item.language] : [])));
  for (const name of used)
    if (!languages.includes(name)) yield `available_code_languages: ${name} is missing`;
  for (const name of languages) if (!used.has(name)) yield `available_code_languages: ${name} is not used`;
}
