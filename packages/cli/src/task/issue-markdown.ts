/** Lines under a title that describe the issue rather than the problem, as GitHub and its exports write them. */
const META =
  /^(?:[-*] )?(?:\*\*|__)?(?:labels?|assignees?|milestone|projects?|state|status|author|opened by|reporter|number|issue|url|created(?: at)?|updated(?: at)?|comments|reactions)(?:\*\*|__)?:(?:\*\*|__)?(?:\s|$)/i;

/**
 * The task in a GitHub-issue-like text: its title, an empty line, its body. Front matter (`---` … `---`, or the
 * `title:` … `--` that `gh issue view` prints), a title heading, lines such as `Labels: bug`, and the template's
 * hidden comments are understood; any other text comes back as it is, trimmed.
 */
export function taskOfIssue(text: string): string {
  const { title: named, body } = frontMatter(text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n'));
  const lines = withoutBlankEnds(withoutComments(body)).split('\n');
  const heading = /^#{1,2}\s+(.+?)\s*#*$/.exec(lines[0]!)?.[1];
  const title = named ?? heading;
  if (title === undefined) return withoutBlankEnds(lines.join('\n'));
  if (heading !== undefined && (named === undefined || heading === named)) lines.shift();
  while (lines.length > 0 && (lines[0]!.trim() === '' || META.test(lines[0]!))) lines.shift();
  return [title, withoutBlankEnds(lines.join('\n'))].filter((part) => part !== '').join('\n\n');
}

function frontMatter(text: string): { title: string | undefined; body: string } {
  const fenced = /^\s*---[ \t]*\n(?<head>(?:.*\n)*?)---[ \t]*(?:\n|$)/.exec(text);
  const found = fenced ?? /^(?<head>title:.*\n(?:[a-z][a-z -]*:.*\n)*)--[ \t]*(?:\n|$)/.exec(text);
  if (found === null) return { title: undefined, body: text };
  return { title: titleIn(found.groups!.head!), body: text.slice(found[0].length) };
}

function titleIn(head: string): string | undefined {
  const value = /^title:\s*(.*?)\s*$/m.exec(head)?.[1];
  if (value === undefined || value === '') return undefined;
  if (/^".*"$/.test(value)) return value.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');
  return /^'.*'$/.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value;
}

function withoutComments(text: string): string {
  return text.replaceAll(/<!--[\s\S]*?-->\n?/g, '');
}

/** Blank lines at either end go; the first line's indent stays, for it may be part of a sample. */
function withoutBlankEnds(text: string): string {
  return text.includes('\n') ? text.replace(/^(?:[ \t]*\n)+|\s+$/g, '') : text.trim();
}
