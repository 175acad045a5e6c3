import { common, createLowlight } from 'lowlight';
import { type HunkData, type HunkTokens, markEdits, type TokenizeOptions, tokenize } from 'react-diff-view';

const lowlight = createLowlight(common);

/** Where the end of a file's name is no language's name. */
const LANGUAGES: Readonly<Record<string, string>> = {
  mjs: 'javascript',
  cjs: 'javascript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescript',
  jsx: 'javascript',
  h: 'c',
  hpp: 'cpp',
  cc: 'cpp',
  pyi: 'python',
  toml: 'ini',
  html: 'xml',
};
/** Colouring longer ones holds up the page for longer than it helps. */
const MOST_CHANGES = 3_000;

/** The lines of a diff as coloured tokens, changed words marked; null: shown plain. */
export function tokensOf(hunks: readonly HunkData[], path: string): HunkTokens | null {
  const lines = hunks.reduce((sum, { changes }) => sum + changes.length, 0);
  if (lines > MOST_CHANGES) return null;
  const all = [...hunks];
  const enhancers = [markEdits(all, { type: 'block' })];
  const end = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const language = LANGUAGES[end] ?? end;
  if (!lowlight.registered(language)) return tokenize(all, { enhancers });
  return tokenize(all, { highlight: true, language, refractor, enhancers });
}

/** What react-diff-view asks a highlighter for. */
const refractor = {
  highlight: (text: string, language: string) => lowlight.highlight(language, text).children,
} as unknown as Extract<TokenizeOptions, { highlight: true }>['refractor'];
