import { ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { excerpt } from '../../excerpt.ts';
import type { ToolResult } from '../../tool.ts';
import { quote } from '../attempt/quote.ts';

/** A local server that has not answered by then hangs. */
const FETCH_SECONDS = 30;

export interface FetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** For machines without curl; prints what `curl -i` prints. */
const NODE_FETCH = `
const [method, url, headers] = process.argv.slice(1);
let body = '';
process.stdin.on('data', (chunk) => (body += chunk)).on('end', () => {
  fetch(url, { method, headers: JSON.parse(headers), redirect: 'manual', ...(body === '' ? {} : { body }) }).then(async (answer) => {
    console.log('HTTP/1.1 ' + answer.status + ' ' + answer.statusText);
    for (const [name, value] of answer.headers) console.log(name + ': ' + value);
    console.log('');
    process.stdout.write(Buffer.from(await answer.arrayBuffer()));
  }).catch((error) => {
    console.error(String(error.cause?.message ?? error.message));
    process.exit(7);
  });
});`;

/** One request from inside the sandbox, redirects not followed: status, headers and text as they came. */
export async function fetchInside(
  workspace: Workspace,
  { url, method, headers, body }: FetchRequest,
  signal: AbortSignal,
): Promise<ToolResult> {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const curl = `curl -q -sS -i -g --proto =http,https --max-time ${FETCH_SECONDS} -X ${quote(method)} ${method === 'HEAD' ? '--head ' : ''}${lines.join(' ')} ${body === undefined ? '' : '--data-binary @-'} ${quote(url)}`;
  const node = `node -e ${quote(NODE_FETCH)} -- ${[method, url, JSON.stringify(headers)].map(quote).join(' ')}`;
  const result = await workspace.exec(
    `if command -v curl >/dev/null; then ${curl}; elif command -v node >/dev/null; then ${node}; else echo 'neither curl nor node is here'; exit 127; fi`,
    { timeoutSeconds: FETCH_SECONDS + 5, signal, ...(body === undefined ? {} : { stdin: body }) },
  );
  signal.throwIfAborted();
  const status = Number(/^HTTP\/\S+ (\d{3})/.exec(result.output)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) {
    const why = result.output.trim().split('\n').at(-1) || `no answer within ${FETCH_SECONDS} s`;
    throw new ModelFacingError(
      'no-answer',
      `${method} ${url} got no answer: ${why}. Is the server running? Look at its output with bash.`,
    );
  }
  const text = result.output.replaceAll('\r\n', '\n').trimEnd();
  const binary = text.includes('\0');
  const shown = binary
    ? `${text.slice(0, text.indexOf('\n\n'))}\n\n(a binary body; ${result.outputBytes} bytes in all)`
    : text;
  const { text: content, cut } = excerpt(shown);
  return { content, details: { status, url, seconds: result.seconds }, ...(cut ? { full: text } : {}) };
}
