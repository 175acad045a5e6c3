import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A temporary folder with these files, removed when the test ends. */
export function folder(files: Readonly<Record<string, string>> = {}): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'heddle code ')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

export const FIXTURES = join(import.meta.dirname, '../fixtures');

/** What a framework printed: `fixtures/<framework>/<name>.txt`. */
export function recorded(framework: string, name: string): string {
  return readFileSync(join(FIXTURES, framework, `${name}.txt`), 'utf8');
}

/** The files of `fixtures/<framework>/project`, by path. */
export function project(framework: string): Record<string, string> {
  const root = join(FIXTURES, framework, 'project');
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.txt'))
      .map((path) => [path.replace(/\.txt$/, ''), readFileSync(join(root, path), 'utf8')]),
  );
}
