import { fileOf } from '../../src/told/export-file.ts';

/**
 * A static export: what the server would answer lies in scripts beside the page, because a page opened from a file may not
 * fetch. Each calls `put` with the answers it holds.
 */
interface Export {
  /** The experiment it is of: what Home shows. */
  readonly experiment: string;
  put(answers: Readonly<Record<string, unknown>>): void;
}

declare global {
  interface Window {
    HEDDLE_EXPORT?: { readonly experiment: string };
  }
}

const answers = new Map<string, unknown>();
const loading = new Map<string, Promise<void>>();

/** The page is a copy in a folder: nothing is live, and nothing can be done. */
export function isExport(): boolean {
  return window.HEDDLE_EXPORT !== undefined;
}

export function exportedExperiment(): string | null {
  return window.HEDDLE_EXPORT?.experiment ?? null;
}

/** The answer to a GET path. Rejects where the export does not hold it. */
export async function exported<T>(path: string): Promise<T> {
  if (!answers.has(path)) await load(fileOf(path));
  if (!answers.has(path)) throw notHeld();
  return answers.get(path) as T;
}

function load(file: string): Promise<void> {
  const known = loading.get(file);
  if (known !== undefined) return known;
  const loaded = new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `data/${file}`;
    script.onload = () => resolve();
    script.onerror = () => reject(notHeld());
    document.head.append(script);
  });
  loading.set(file, loaded);
  return loaded;
}

function notHeld(): Error {
  return new Error('this export does not hold it (it may be one without prompts, or without all rollouts)');
}

/** Called once, before the page is drawn. */
export function openExport(): void {
  const given = window.HEDDLE_EXPORT;
  if (given === undefined) return;
  const opened: Export = {
    ...given,
    put(more) {
      for (const [path, answer] of Object.entries(more)) answers.set(path, answer);
    },
  };
  window.HEDDLE_EXPORT = opened;
}
