/** A language we can parse: file name endings and its grammar's file in `@vscode/tree-sitter-wasm`. */
interface LanguageSpec {
  readonly extensions: readonly string[];
  readonly grammar: string;
}

/** Adding a language is one entry here. `jsx` is part of the JavaScript grammar, not of the TypeScript one. */
const LANGUAGES = {
  javascript: { extensions: ['.js', '.mjs', '.cjs', '.jsx'], grammar: 'tree-sitter-javascript.wasm' },
  typescript: { extensions: ['.ts', '.mts', '.cts'], grammar: 'tree-sitter-typescript.wasm' },
  tsx: { extensions: ['.tsx'], grammar: 'tree-sitter-tsx.wasm' },
  python: { extensions: ['.py', '.pyi'], grammar: 'tree-sitter-python.wasm' },
} as const satisfies Record<string, LanguageSpec>;

export type Language = keyof typeof LANGUAGES;

const BY_EXTENSION = new Map<string, Language>(
  Object.entries(LANGUAGES).flatMap(([language, spec]) =>
    spec.extensions.map((extension): [string, Language] => [extension, language as Language]),
  ),
);

/** The language of a file by its name's ending, or null when there is no grammar for it. */
export function languageOf(path: string): Language | null {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? null : (BY_EXTENSION.get(path.slice(dot).toLowerCase()) ?? null);
}

/** File name of a language's grammar inside `@vscode/tree-sitter-wasm`. */
export function grammarOf(language: Language): string {
  return LANGUAGES[language].grammar;
}
