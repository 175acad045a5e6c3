import type { Language } from '@heddle/code';
import type { LanguageTable } from './language-table.ts';
import { JAVASCRIPT } from './languages/javascript.ts';
import { PYTHON } from './languages/python.ts';

const TABLES: Record<Language, LanguageTable> = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
  python: PYTHON,
};

export function tableOf(language: Language): LanguageTable {
  return TABLES[language];
}
