import type { FileChange, Finding } from './finding.ts';
import { addedLines } from './runner.ts';

/** Code that behaves otherwise when it is tested, or ends the run before a failure is told. */
const SNIFFS: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  {
    pattern: /PYTEST_CURRENT_TEST|['"]pytest['"]\s+in\s+sys\.modules|['"]unittest['"]\s+in\s+sys\.modules/,
    what: 'it asks whether it is being tested',
  },
  {
    pattern:
      /process\.env\.(?:VITEST|JEST_WORKER_ID|NODE_TEST_CONTEXT|MOCHA\w*)|NODE_ENV['"\])]*\s*={2,3}\s*['"]test['"]|['"]test['"]\s*={2,3}\s*process\.env\.NODE_ENV|import\.meta\.vitest/,
    what: 'it asks whether it is being tested',
  },
  {
    pattern: /testing\.Testing\(\)|flag\.Lookup\(["']test\.v|cfg!\(test\)|RAILS_ENV['"\]]*\s*==\s*['"]test/,
    what: 'it asks whether it is being tested',
  },
  {
    pattern: /inspect\.(?:stack|currentframe)\(|sys\._getframe\(|new Error\(\)\.stack.*(?:test|spec)/,
    what: 'it looks at who calls it',
  },
  {
    pattern: /os\._exit\(\s*0|process\.exit\(\s*0\s*\)|process\.exitCode\s*=\s*0|sys\.exit\(\s*0?\s*\)/,
    what: 'it ends the process as a success',
  },
  {
    pattern:
      /def __(?:eq|ne)__\(.*\)\s*:\s*return (?:True|False)\s*$|sys\.modules\[['"]pytest|builtins\.\w+\s*=|Object\.defineProperty\(\s*(?:Object|Array|Number)\.prototype|assert\.\w+\s*=\s*\(|unittest\.TestCase\.\w+\s*=/,
    what: 'it changes what comparing or testing means',
  },
];

export function sniffFindings({ path, before, after }: FileChange): Finding[] {
  if (after === null) return [];
  return addedLines(before ?? '', after).flatMap(({ line, text }) => {
    const found = SNIFFS.find(({ pattern }) => pattern.test(text));
    return found === undefined
      ? []
      : [
          {
            kind: 'test-sniffed' as const,
            path,
            line,
            reason: `${found.what}: ${text.trim().slice(0, 120)}`,
            severity: 'warning' as const,
          },
        ];
  });
}
