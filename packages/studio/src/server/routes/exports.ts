import { setImmediate } from 'node:timers/promises';
import { HEDDLE_VERSION } from '@heddle/agent';
import { OperatorError } from '@heddle/core';
import {
  EXPORT_FORMATS,
  experimentSpans,
  findExperiment,
  type OutFile,
  otlpLines,
  rolloutSpans,
} from '@heddle/lab';
import { type Context, Hono } from 'hono';
import { doingOf } from '../../reading/doing.ts';
import type { StudioContext } from '../context.ts';
import { zipped } from '../zipped.ts';

/** Prompts and results may hold secrets: spans come without. */
const SPANS = { content: false, openInference: false };

/** A rollout or an experiment in each format of `heddle export`, as a file to keep. */
export function exportRoutes(context: StudioContext): Hono {
  const { store } = context;
  return new Hono()
    .get('/rollouts/:id/export/:format', async (c) => {
      const { rollout } = doingOf(context, c.req.param('id'));
      const format = c.req.param('format');
      if (format === 'otlp')
        return sent(c, [spansFile(rollout, () => rolloutSpans(store, rollout, SPANS))], rollout);
      const known = EXPORT_FORMATS.find((each) => each.name === format)?.rollout;
      if (known === undefined) throw unknownFormat(format);
      return sent(c, await known(store, rollout, { heddle: HEDDLE_VERSION }), rollout);
    })
    .get('/experiments/:id/export/:format', (c) => {
      const experiment = findExperiment(store, c.req.param('id'));
      const format = c.req.param('format');
      const agent = c.req.query('agent');
      const name = `${experiment.experiment}-${format}`;
      if (format === 'otlp')
        return sent(
          c,
          [spansFile(experiment.experiment, () => experimentSpans(store, experiment, SPANS, agent))],
          name,
        );
      const known = EXPORT_FORMATS.find((each) => each.name === format)?.experiment;
      if (known === undefined) throw unknownFormat(format);
      return sent(c, known(store, experiment, { heddle: HEDDLE_VERSION, agent }), name);
    });
}

function spansFile(name: string, spans: () => Parameters<typeof otlpLines>[0]): OutFile {
  return { path: `${name}.otlp.jsonl`, pieces: () => otlpLines(spans(), HEDDLE_VERSION) };
}

/** Making a file leaves room for other answers so often. */
const BREATH_MS = 30;

/**
 * One file as it is, several as a zip. A journal that turns out to be damaged on the way breaks the connection: what has come
 * by then must not look like the whole. Throws OperatorError `no-verdict-yet`, and what its first piece gives rise to.
 */
async function sent(c: Context, all: Iterable<OutFile>, name: string): Promise<Response> {
  const files = [...all];
  const [first, ...others] = files;
  if (first === undefined)
    throw new OperatorError('no-verdict-yet', 'there is nothing graded to write yet', {
      hint: 'come back when a trial has its verdict',
    });
  const alone = others.length === 0;
  c.header('content-type', 'application/octet-stream');
  c.header('content-disposition', `attachment; filename="${plainName(alone ? first.path : `${name}.zip`)}"`);
  const bytes = bytesOf(alone ? first.pieces() : zipped(files));
  let next = await bytes.next();
  const body = new ReadableStream<Uint8Array>({
    async pull(out) {
      if (next.done) return out.close();
      out.enqueue(next.value);
      next = await bytes.next();
    },
    async cancel() {
      await bytes.return(undefined);
    },
  });
  return c.body(body);
}

async function* bytesOf(
  pieces: ReturnType<OutFile['pieces']>,
): AsyncGenerator<Uint8Array<ArrayBufferLike>, undefined> {
  let breath = performance.now();
  for await (const piece of pieces) {
    if (performance.now() - breath > BREATH_MS) {
      await setImmediate();
      breath = performance.now();
    }
    yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  }
  return undefined;
}

/** A header holds no quotes, and a download no folders. */
function plainName(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9._@+-]+/g, '_');
}

function unknownFormat(format: string): OperatorError {
  return new OperatorError('no-such-format', `there is no format ${format} for it`);
}
