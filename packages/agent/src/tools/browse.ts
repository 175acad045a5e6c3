import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { checkedUrl } from './browse/address.ts';
import { fetchInside } from './browse/fetch.ts';
import { BrowserSession } from './browse/session.ts';

/** Longest wait for a page on the same machine. */
const MAX_WAIT_SECONDS = 60;
const DEFAULT_WAIT_SECONDS = 5;

const schema = z.object({
  action: z.enum(['open', 'read', 'screenshot', 'click', 'type', 'wait', 'back', 'fetch', 'close']),
  url: z.optional(z.string().check(z.describe('open, fetch: e.g. http://localhost:3000/.'))),
  ref: z.optional(z.string().check(z.describe('click, type, read: an element, as read names it (e12).'))),
  text: z.optional(
    z.string().check(z.describe('type: what to put into the field. wait: until this is to be seen.')),
  ),
  submit: z.optional(z.boolean().check(z.describe('type: press Enter after it.'))),
  seconds: z.optional(
    z.number().check(z.gt(0), z.lte(MAX_WAIT_SECONDS), z.describe(`wait: default ${DEFAULT_WAIT_SECONDS}.`)),
  ),
  full_page: z.optional(
    z.boolean().check(z.describe('screenshot: the whole page, not only what fits the window.')),
  ),
  method: z.optional(
    z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
      .check(z.describe('fetch: default GET.')),
  ),
  headers: z.optional(z.record(z.string(), z.string()).check(z.describe('fetch.'))),
  body: z.optional(z.string().check(z.describe('fetch.'))),
});
type Input = z.infer<typeof schema>;

export const browseTool: Tool<Input> = {
  name: 'browse',
  description:
    'Looks at the web app you have started in the sandbox (`npm start &` with bash). fetch: one HTTP request; gives status, headers and text: use it first. ' +
    'open: a page in a real Chromium; gives it as accessibility text with refs. read: that text again, or of one ref. click, type: by ref. ' +
    'wait: for a text or seconds. screenshot, back, close. Each tells what the page logged and which requests failed since the last call.',
  schema,
  touches: { writes: true },
  async run(input, context) {
    if (input.action === 'fetch') return fetching(input, context);
    const session = context.handle('browse', () => new BrowserSession());
    const stop = () => void session.dispose();
    context.signal.addEventListener('abort', stop);
    try {
      const result = await ACTIONS[input.action](input, session, context);
      return { ...result, content: [result.content, ...session.log.take()].join('\n') };
    } catch (error) {
      context.signal.throwIfAborted();
      const said = session.log.take();
      if (!(error instanceof ModelFacingError) || said.length === 0) throw error;
      throw new ModelFacingError(error.code, [error.message, ...said].join('\n'));
    } finally {
      context.signal.removeEventListener('abort', stop);
    }
  },
};

type Action = (input: Input, session: BrowserSession, context: ToolContext) => Promise<ToolResult>;

const ACTIONS: Record<Exclude<Input['action'], 'fetch'>, Action> = {
  async open(input, session, context) {
    const network = context.view.network === true;
    const url = checkedUrl(required(input, 'url'), network);
    const status = await session.open(url, context.workspace, { network, signal: context.signal });
    const head = `${status === null ? '' : `${status} · `}${await session.where()}`;
    return { content: `${head}\n${await session.text()}`, details: { url, status } };
  },

  async read({ ref }, session) {
    return { content: `${await session.where()}\n${await session.text(ref)}` };
  },

  async screenshot({ full_page: wholePage = false }, session) {
    const picture = await session.picture(wholePage);
    return { content: `Screenshot of ${await session.where()}`, images: [picture] };
  },

  async click(input, session) {
    await session.click(required(input, 'ref'));
    return { content: `Clicked. Now: ${await session.where()}` };
  },

  async type(input, session) {
    await session.type(required(input, 'ref'), required(input, 'text'), input.submit === true);
    return {
      content: `Typed${input.submit === true ? ' and submitted' : ''}. Now: ${await session.where()}`,
    };
  },

  async wait({ seconds = DEFAULT_WAIT_SECONDS, text }, session) {
    const seen = await session.wait(seconds, text);
    const what =
      text === undefined
        ? `Waited ${seconds} s.`
        : `"${text}" is ${seen ? 'there' : `not there after ${seconds} s`}.`;
    return { content: `${what} Now: ${await session.where()}`, details: { seen } };
  },

  async back(_, session) {
    await session.back();
    return { content: `Went back. Now: ${await session.where()}` };
  },

  async close(_, session) {
    const was = session.isOpen;
    await session.dispose();
    return { content: was ? 'Closed.' : 'No page was open.' };
  },
};

function fetching(input: Input, { workspace, view, signal }: ToolContext): Promise<ToolResult> {
  const { method = 'GET', headers = {}, body } = input;
  const url = checkedUrl(required(input, 'url'), view.network === true);
  return fetchInside(workspace, { url, method, headers, body }, signal);
}

function required(input: Input, field: 'url' | 'ref' | 'text'): string {
  const value = input[field];
  if (value === undefined)
    throw new ModelFacingError('bad-input', `${input.action} needs "${field}". Nothing was done.`);
  return value;
}
