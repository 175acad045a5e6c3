import { join } from 'node:path';
import type { Framework } from '../checks.ts';
import { frameworkIn } from '../frameworks/frameworks.ts';
import { frameworkOfScript, SCRIPT_CALL, scriptsOf } from './package-json.ts';
import { Project } from './project.ts';

/** Short forms of `npm test`. */
const SHORT = /\bnpm (?:t|tst)\b/g;
const CHANGED_FOLDER = /^\s*cd (?:'([^']+)'|"([^"]+)"|(\S+)) *(?:&&|;)/;

/**
 * The framework whose output a command given by the user prints, so that it can be read: by its own words, by the
 * package script it runs, or by the test file it starts. `plain` where that doesn't show.
 */
export async function frameworkOf(command: string, dir: string): Promise<Framework> {
  const named = frameworkIn(command);
  if (named) return named;
  const moved = CHANGED_FOLDER.exec(command);
  const project = new Project(join(dir, moved?.[1] ?? moved?.[2] ?? moved?.[3] ?? ''));
  return (
    (await ofScripts(command.replace(SHORT, 'npm test'), project)) ??
    (await ofFile(command, project)) ??
    'plain'
  );
}

async function ofScripts(command: string, project: Project): Promise<Framework | null> {
  const scripts = await scriptsOf(project);
  if (!scripts) return null;
  for (const call of command.matchAll(SCRIPT_CALL)) {
    const script = Object.hasOwn(scripts, call[1]!) ? scripts[call[1]!] : undefined;
    if (script !== undefined) return frameworkOfScript(script, scripts, project);
  }
  return null;
}

/** `node test/a.js`, `python3 test_a.py`: a test file run by itself. */
async function ofFile(command: string, project: Project): Promise<Framework | null> {
  const path = /\b(?:node|tsx|python[\d.]*) (?:-\S+ )*(\S+\.(?:[cm]?[jt]s|py))\b/.exec(command)?.[1];
  const text = path === undefined ? null : await project.read(path);
  if (text === null || path === undefined) return null;
  if (path.endsWith('.py')) return /\bunittest\.main\(/.test(text) ? 'unittest' : null;
  return /['"]node:test['"]/.test(text) ? 'node:test' : null;
}
