import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openEmbedder } from '../src/embed.ts';

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Speaks the embedding formats of OpenAI and Google: a text's vector is its length and its first letter's code. */
async function standin(status = 200) {
  const requests: { path: string; texts: string[] }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
      const google = request.url!.includes('mbedContent');
      const texts: string[] = google
        ? (body.requests ?? [body]).map(
            (each: { content: { parts: { text: string }[] } }) => each.content.parts[0]!.text,
          )
        : body.input;
      requests.push({ path: request.url!, texts });
      response.writeHead(status, { 'content-type': 'application/json' });
      const vectors = texts.map((text) => [text.length, text.charCodeAt(0)]);
      const said =
        status !== 200
          ? {
              error: {
                message: 'the key sk-secret is over its quota',
                type: 'quota',
                code: null,
                param: null,
              },
            }
          : google
            ? { embeddings: vectors.map((values) => ({ values })), embedding: { values: vectors[0] } }
            : {
                object: 'list',
                model: 'm',
                data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
                usage: { prompt_tokens: 1_000 * texts.length, total_tokens: 1_000 * texts.length },
              };
      response.end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const { signal } = new AbortController();

test.each([
  ['openai/text-embedding-3-small', 'OPENAI', '/v1', 70 * 1_000, 0.02],
  ['google/gemini-embedding-001', 'GOOGLE_GENERATIVE_AI', '/v1beta', 0, 0.15],
  ['lab/any', 'LAB', '/v1', 70 * 1_000, 0],
])(
  '%s: a vector for each text in order, in batches, and what it cost',
  async (spec, name, path, tokens, price) => {
    const { url, requests } = await standin();
    const env = { [`${name}_BASE_URL`]: url + path, OPENAI_API_KEY: 'sk-secret', GEMINI_API_KEY: 'k' };
    const config = { providers: { lab: { baseURL: url + path } } };
    const embedder = await openEmbedder(spec, { home: '', env, config });
    const texts = Array.from({ length: 70 }, (_, n) => `${'abcdefg'[n % 7]}${'x'.repeat(n)}`);
    const { vectors, usage, usd } = await embedder.embed(texts, signal);
    expect(vectors).toEqual(texts.map((text) => [text.length, text.charCodeAt(0)]));
    expect(requests.map((request) => request.texts.length)).toEqual([64, 6]);
    expect(usage.inputTokens).toBe(tokens);
    expect(usd).toBeCloseTo((tokens * price) / 1e6);
  },
);

test('a failure is one line that does not tell the key', async () => {
  const { url } = await standin(429);
  const env = { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'sk-secret' };
  const embedder = await openEmbedder('openai/text-embedding-3-small', { home: '', env });
  await expect(embedder.embed(['a'], signal)).rejects.toThrow(
    /^openai\/text-embedding-3-small gave no embeddings: .*the key \*\*\* is over its quota/,
  );
});

test.each([
  ['anthropic/claude-haiku-5-5', 'no-embeddings'],
  ['nobody/model', 'unknown-model'],
  ['openai', 'unknown-model'],
  ['google/x', 'missing-key'],
])('%s is refused as %s', async (spec, code) => {
  await expect(
    openEmbedder(spec, { home: '', env: { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' } }),
  ).rejects.toMatchObject({ code });
});
