import type { ToolContext, ToolResult } from '../../tool.ts';
import { numberedLines } from '../edit-text.ts';
import { askServer, fallbackNote, placesOf } from './ask-server.ts';
import { subtypesByName, usesByName } from './by-name.ts';
import { type LineOf, listPlaces, sourceLines } from './lines.ts';
import { definitionsOf, LiveCode, type Place } from './live-code.ts';
import { type Address, findTarget, placeLine, refuseTwoMeanings } from './target.ts';

/** A definition no longer than this is shown whole: a look less for most functions. */
const MAX_DEFINITION_LINES = 40;
/** Definitions listed for one name. */
const MAX_DEFINITIONS = 30;
/** Definitions of one name shown in answer to a hover, and lines of each from its name on. */
const MAX_HEADS = 4;
const MAX_HEAD_LINES = 12;
/** Of a hover: documentation can be as long as a page. */
const MAX_HOVER_CHARACTERS = 4_000;

export async function definition(address: Address, context: ToolContext): Promise<ToolResult> {
  const index = await LiveCode.of(context).index(context);
  // With a place it is a use that is asked about; a name alone is looked up in the trees, whatever uses it.
  if (address.path === undefined) {
    const places = definitionsOf(index, address.name);
    if (places.length > 0) return { content: await showDefinitions(context, places) };
  }
  const target = await findTarget(context, address);
  const answer = await askServer(context, target.path, async (client, limit) => {
    await refuseTwoMeanings(client, target, limit);
    return placesOf(client, await client.definition(target.path, target.position, limit));
  });
  if (answer.by === null || answer.value.inside.length + answer.value.outside.length === 0) {
    const places = definitionsOf(index, address.name);
    const why = answer.by === null ? answer.why : `${answer.by} knows none`;
    if (places.length === 0) return { content: `No definition of ${address.name} was found (${why}).` };
    return { content: `${await showDefinitions(context, places)}\n${fallbackNote({ why })}` };
  }
  const { inside, outside } = answer.value;
  const places = inside.map(({ path, line }): Place => {
    const symbol = index.file(path)?.summary.symbols.find((each) => each.line === line);
    const unknown = {
      name: target.name,
      kind: 'variable',
      container: '',
      line,
      from: line,
      to: line,
    } as const;
    return { path, symbol: symbol ?? { ...unknown, local: true } };
  });
  const library = outside.map((place) => `${place} (outside the repository)`);
  const shown = places.length > 0 ? [await showDefinitions(context, places)] : [];
  return { content: [...shown, ...library].join('\n') };
}

export async function references(address: Address, context: ToolContext): Promise<ToolResult> {
  const target = await findTarget(context, address);
  const answer = await askServer(context, target.path, async (client, limit) => {
    await refuseTwoMeanings(client, target, limit);
    return placesOf(client, await client.references(target.path, target.position, limit));
  });
  const places: readonly LineOf[] =
    answer.by === null ? await usesByName(context, target.name) : answer.value.inside;
  if (places.length === 0) return { content: `Nothing refers to ${target.name}.` };
  const files = new Set(places.map(({ path }) => path)).size;
  const head = `${target.name}: ${count(places.length, 'reference')} in ${count(files, 'file')}, definitions included`;
  const notes = answer.by === null ? [fallbackNote(answer)] : [];
  return { content: [head, await listPlaces(context, places), ...notes].join('\n') };
}

export async function implementations(address: Address, context: ToolContext): Promise<ToolResult> {
  const target = await findTarget(context, address);
  const answer = await askServer(context, target.path, async (client, limit) => {
    await refuseTwoMeanings(client, target, limit);
    return placesOf(client, await client.implementations(target.path, target.position, limit));
  });
  const places = answer.by === null ? await subtypesByName(context, target.name) : answer.value.inside;
  const notes = answer.by === null ? [fallbackNote(answer)] : [];
  if (places.length === 0)
    return { content: [`No implementation of ${target.name} was found.`, ...notes].join('\n') };
  return { content: [await listPlaces(context, places), ...notes].join('\n') };
}

export async function hover(address: Address, context: ToolContext): Promise<ToolResult> {
  const target = await findTarget(context, address);
  const answer = await askServer(context, target.path, async (client, limit) => {
    await refuseTwoMeanings(client, target, limit);
    return client.hover(target.path, target.position, limit);
  });
  if (answer.by !== null && answer.value !== '') {
    const text = answer.value;
    const cut = text.length - MAX_HOVER_CHARACTERS;
    return {
      content: cut > 0 ? `${text.slice(0, MAX_HOVER_CHARACTERS)}\n[${cut} more characters left out]` : text,
    };
  }
  const index = await LiveCode.of(context).index(context);
  const places = definitionsOf(index, target.name);
  const why = answer.by === null ? answer.why : `${answer.by} has nothing to say about it`;
  if (places.length === 0) return { content: `Nothing is known about ${target.name} (${why}).` };
  const heads = await Promise.all(places.slice(0, MAX_HEADS).map((place) => headOf(context, place)));
  const more = places.length - heads.length;
  const rest = more > 0 ? [`[${more} more definitions left out; give the path]`] : [];
  return { content: [...heads, ...rest, fallbackNote({ why })].join('\n') };
}

/** Without a server: what stands above a definition, and the definition down to where its body opens. */
async function headOf(context: ToolContext, place: Place): Promise<string> {
  const { path, symbol } = place;
  const lines = await sourceLines(context, path);
  let from = symbol.from;
  while (from > Math.max(1, symbol.from - MAX_HEAD_LINES) && COMMENT.test(lines[from - 2] ?? '')) from--;
  const last = Math.min(symbol.to, symbol.line + MAX_HEAD_LINES - 1);
  const opening = lines.findIndex((line, index) => index >= symbol.line - 1 && /[{:;]\s*$/.test(line)) + 1;
  const to = opening > 0 ? Math.min(opening, last) : symbol.line;
  return [placeLine(place), numberedLines(lines.slice(from - 1, to), from)].join('\n');
}

const COMMENT = /^\s*(?:#|\/\/|\/?\*|--|@)/;

/** One: with its text. Several: one line each. */
async function showDefinitions(context: ToolContext, places: readonly Place[]): Promise<string> {
  const [only] = places;
  if (places.length === 1 && only !== undefined) {
    const { path, symbol } = only;
    const lines = (await sourceLines(context, path)).slice(symbol.from - 1, symbol.to);
    const shown = lines.slice(0, MAX_DEFINITION_LINES);
    const more = lines.length - shown.length;
    const rest =
      more > 0
        ? [
            `[${more} more lines; next: edit view ${path} range [${symbol.from + shown.length}, ${symbol.to}]]`,
          ]
        : [];
    return [placeLine(only), numberedLines(shown, symbol.from), ...rest].join('\n');
  }
  const lines = places.slice(0, MAX_DEFINITIONS).map(placeLine);
  const more = places.length - lines.length;
  return [...lines, ...(more > 0 ? [`[${more} more definitions left out; give the path]`] : [])].join('\n');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
