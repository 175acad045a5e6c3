import { OperatorError } from '@heddle/core';

/** An agent as a person writes it after `--agent`: `solo model=repair attempts=5`, `acp:NAME`, `./agents.ts#reviewer`. */
export interface EntrantSpec {
  /** As it was written. */
  readonly text: string;
  /** What kind of agent, and which: `solo`, `oracle`, `acp:NAME`. */
  readonly word: string;
  /** What follows it, without `name`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Unique in its experiment: `name=…`, else the word, else the whole of it. */
  readonly name: string;
}

/** A word, or `key=value` where the value may be in quotes. */
const PART = /\s*(?:([A-Za-z][\w-]*)=)?(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+))/y;

/**
 * Reads what stands after each `--agent`. One that is the only one of its word is called by that alone.
 * Throws OperatorError `bad-agent`.
 */
export function readEntrantSpecs(texts: readonly string[]): EntrantSpec[] {
  const read = texts.map(readOne);
  const specs = read.map(({ name, ...spec }) => {
    const alone = read.filter(({ word }) => word === spec.word).length === 1;
    return { ...spec, name: name ?? (alone ? spec.word : wholeName(spec)) };
  });
  const twice = specs.find(({ name }, at) => specs.findIndex((each) => each.name === name) !== at);
  if (twice === undefined) return specs;
  throw bad(`two agents are called ${twice.name}`, 'give one of them another name: name=…');
}

function readOne(text: string): Omit<EntrantSpec, 'name'> & { readonly name: string | undefined } {
  const [first, ...rest] = partsOf(text);
  if (first === undefined || first.key !== undefined)
    throw bad(`${JSON.stringify(text)} names no agent`, 'begin with its name: "solo model=repair"');
  const settings: Record<string, string> = {};
  for (const { key, value } of rest) {
    if (key === undefined)
      throw bad(`${JSON.stringify(value)} in ${JSON.stringify(text)} says nothing`, HINT);
    if (Object.hasOwn(settings, key))
      throw bad(`${key} stands twice in ${JSON.stringify(text)}`, 'leave one of them out');
    settings[key] = value;
  }
  const { name, ...others } = settings;
  if (name === '') throw bad(`the name of ${JSON.stringify(text)} is empty`, HINT);
  return { text: text.trim(), word: first.value, settings: others, name };
}

const HINT = 'write settings as key=value, with quotes round a value that has blanks';

function partsOf(text: string): { readonly key: string | undefined; readonly value: string }[] {
  const parts = [];
  PART.lastIndex = 0;
  const end = text.trimEnd().length;
  while (PART.lastIndex < end) {
    const at = PART.lastIndex;
    const found = PART.exec(text);
    if (found === null) throw bad(`${JSON.stringify(text.slice(at).trim())} cannot be read`, HINT);
    const [, key, quoted, single, plain] = found;
    parts.push({ key, value: quoted?.replaceAll(/\\(.)/g, '$1') ?? single ?? plain! });
  }
  return parts;
}

function wholeName({ word, settings }: Pick<EntrantSpec, 'word' | 'settings'>): string {
  return [word, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`)].join(',');
}

/** Throws OperatorError `bad-agent` for a setting that this kind of agent does not have. */
export function checkSettings({ text, settings }: EntrantSpec, known: readonly string[]): void {
  const other = Object.keys(settings).find((key) => !known.includes(key));
  if (other === undefined) return;
  const all = known.length === 0 ? 'it has none but name' : `there are ${[...known, 'name'].join(', ')}`;
  throw bad(`${JSON.stringify(text)} has no setting ${other}`, all);
}

function bad(message: string, hint: string): OperatorError {
  return new OperatorError('bad-agent', message, { hint });
}
