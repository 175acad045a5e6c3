import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readIssues, statementOf } from '../../src/mine/statement.ts';

const folder = mkdtempSync(join(tmpdir(), 'heddle-issues-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PATCH = `diff --git a/a.js b/a.js
--- a/a.js
+++ b/a.js
@@ -1,2 +1,3 @@
 const keep_it = read();
-write(keep_it);
+const trimmedText = keep_it.trim();
+write(trimmedText);
`;

test('an issue that the message says is fixed is the statement, not another that it mentions', async () => {
  const file = join(folder, 'issues.jsonl');
  const issue = (number: number, body: string | null) => ({
    number,
    title: `Title of number ${number}`,
    body,
  });
  writeFileSync(
    file,
    [issue(3, 'Blanks stay at the end of what is written.'), issue(4, 'It is about blanks.')]
      .map((each) => JSON.stringify(each))
      .join('\n'),
  );
  const issues = await readIssues(file);
  expect(statementOf('trim (#4)\n\nFixes #3', { patch: PATCH, issues })).toEqual({
    text: 'Title of number 3\n\nBlanks stay at the end of what is written.',
    issue: 3,
  });
  expect(statementOf('trim (#4)', { patch: PATCH, issues })?.issue).toBe(4);
  writeFileSync(file, '{"number": "3"}\n');
  await expect(readIssues(file)).rejects.toMatchObject({ code: 'issues-unreadable' });
});

test('what holds lines or names of the fix is left out, names that were there before are not', () => {
  const message = [
    'Blanks at the end are written too',
    'They should not be, by keep_it.',
    'Introduces trimmedText for it.',
    '```js\nwrite(keep_it) // "a  "\n```',
    '```js\nconst trimmedText = keep_it.trim();\n```',
    'The line is\nconst trimmedText = keep_it.trim();\nof course.',
  ].join('\n\n');
  expect(statementOf(message, { patch: PATCH, issues: new Map() })?.text).toBe(
    'Blanks at the end are written too\n\nThey should not be, by keep_it.\n\n```js\nwrite(keep_it) // "a  "\n```',
  );
});

test('a message that says too little makes no statement', () => {
  const none = { patch: PATCH, issues: new Map() };
  expect(statementOf('fix: bug (#3)', none)).toBeNull();
  expect(statementOf('Merge commit from fork\n\n* test: more\n', none)).toBeNull();
});
