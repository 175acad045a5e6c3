interface Traits {
  /** Pictures can be put before it. */
  readonly sees: boolean;
  /** It was trained on this form of edits: it gets the tool for it beside `edit`. */
  readonly patches: boolean;
}

/** Model families by their ids, as `provider/model`; the first that fits. */
const FAMILIES: readonly (readonly [RegExp, Traits])[] = [
  [/(?:^|\/)(?:gpt-(?:[5-9]|4\.1)|o[34](?:-|$)|codex)/, { sees: true, patches: true }],
  [/(?:^|\/)(?:gpt-4o|chatgpt)/, { sees: true, patches: false }],
  [/(?:^|\/)(?:claude|gemini)-/, { sees: true, patches: false }],
];

const UNKNOWN: Traits = { sees: false, patches: false };

/** What is known of a model by its family; nothing is taken for granted of one that is not listed. */
export function traitsOf(modelId: string): Traits {
  return FAMILIES.find(([pattern]) => pattern.test(modelId.toLowerCase()))?.[1] ?? UNKNOWN;
}
