import { type Language, languageOf } from '@heddle/code';
import type { LanguageTable } from './language-table.ts';
import { JAVASCRIPT } from './languages/javascript.ts';
import { PYTHON } from './languages/python.ts';

/** The languages, of those we can parse, that candidates can be made in. */
const TABLES = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
  python: PYTHON,
} satisfies Partial<Record<Language, LanguageTable>>;

export type RepairLanguage = keyof typeof TABLES;

export function tableOf(language: RepairLanguage): LanguageTable {
  return TABLES[language];
}

/** The language of a file by its name, or null when no candidates can be made in it. */
export function repairLanguageOf(path: string): RepairLanguage | null {
  const language = languageOf(path);
  return language !== null && Object.hasOwn(TABLES, language) ? (language as RepairLanguage) : null;
}
