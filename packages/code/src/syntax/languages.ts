/** A language we can parse. */
export interface LanguageSpec {
  /** Endings of its files' names, lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whole names of its files that have no such ending. */
  readonly names?: readonly string[];
  /** File of its grammar in `@vscode/tree-sitter-wasm`; C has a package of its own (see `parse.ts`). */
  readonly grammar: string;
}

/**
 * Every language with a grammar: adding one is one entry here (and, for finding definitions, one in
 * `definition-nodes.ts`). `jsx` is part of the JavaScript grammar, not of the TypeScript one. `.h` goes to C++, whose
 * grammar reads nearly all of C; the other way round most of a C++ header is lost.
 */
export const LANGUAGES = {
  javascript: { extensions: ['.js', '.mjs', '.cjs', '.jsx'], grammar: 'tree-sitter-javascript.wasm' },
  typescript: { extensions: ['.ts', '.mts', '.cts'], grammar: 'tree-sitter-typescript.wasm' },
  tsx: { extensions: ['.tsx'], grammar: 'tree-sitter-tsx.wasm' },
  python: { extensions: ['.py', '.pyi'], grammar: 'tree-sitter-python.wasm' },
  go: { extensions: ['.go'], grammar: 'tree-sitter-go.wasm' },
  rust: { extensions: ['.rs'], grammar: 'tree-sitter-rust.wasm' },
  java: { extensions: ['.java'], grammar: 'tree-sitter-java.wasm' },
  c: { extensions: ['.c'], grammar: 'tree-sitter-c.wasm' },
  cpp: {
    extensions: ['.cc', '.cpp', '.cxx', '.c++', '.h', '.hh', '.hpp', '.hxx', '.h++'],
    grammar: 'tree-sitter-cpp.wasm',
  },
  csharp: { extensions: ['.cs', '.csx'], grammar: 'tree-sitter-c-sharp.wasm' },
  ruby: {
    extensions: ['.rb', '.rake', '.gemspec'],
    names: ['Rakefile', 'Gemfile'],
    grammar: 'tree-sitter-ruby.wasm',
  },
  php: { extensions: ['.php', '.phtml'], grammar: 'tree-sitter-php.wasm' },
  bash: {
    extensions: ['.sh', '.bash'],
    names: ['.bashrc', '.bash_profile', '.profile'],
    grammar: 'tree-sitter-bash.wasm',
  },
} as const satisfies Record<string, LanguageSpec>;

export type Language = keyof typeof LANGUAGES;

const SPECS = Object.entries<LanguageSpec>(LANGUAGES) as [Language, LanguageSpec][];

const BY_EXTENSION = new Map(
  SPECS.flatMap(([language, spec]) =>
    spec.extensions.map((extension): [string, Language] => [extension, language]),
  ),
);
const BY_NAME = new Map(
  SPECS.flatMap(([language, spec]) => (spec.names ?? []).map((name): [string, Language] => [name, language])),
);

/** The language of a file by its name, or null when there is no grammar for it. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot).toLowerCase();
  return BY_NAME.get(name) ?? BY_EXTENSION.get(extension) ?? null;
}

/** File name of a language's grammar. */
export function grammarOf(language: Language): string {
  return LANGUAGES[language].grammar;
}
