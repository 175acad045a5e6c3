import { messageOf, OperatorError } from '@heddle/core';
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { CompressionAlgorithm, OTLPExporterError } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  JsonTraceSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { PlainSpan } from './span.ts';
import type { Target } from './targets.ts';

/** Sent at once, by number and by characters of attributes: collectors refuse requests above a few megabytes. */
const MAX_SPANS = 256;
const MAX_CHARACTERS = 1_000_000;
/** For one request with all its tries: what a collector far away and busy needs. */
const TIMEOUT_MS = 30_000;

/**
 * Sends spans over OTLP/HTTP, a batch after the other; the library tries again what a collector puts off. Gives how many
 * were sent.
 *
 * Throws OperatorError `otlp-refused` with the collector's answer, `otlp-unreachable`.
 */
export async function sendSpans(
  spans: AsyncIterable<PlainSpan> | Iterable<PlainSpan>,
  target: Target,
  heddle: string,
): Promise<number> {
  const options = convertLegacyHttpOptions(
    {
      url: target.url,
      headers: { ...target.headers },
      timeoutMillis: TIMEOUT_MS,
      compression: CompressionAlgorithm.GZIP,
    },
    'TRACES',
    'v1/traces',
    { 'Content-Type': 'application/x-protobuf' },
  );
  const [serializer, metrics] = [ProtobufTraceSerializer, TraceExporterMetricsHelper];
  const exporter = createOtlpHttpExportDelegate(
    options,
    serializer,
    'otlp_http_span_exporter',
    metrics,
    undefined,
  );
  let sent = 0;
  for await (const batch of batchesOf(spans, heddle)) {
    const { error } = await new Promise<{ error?: Error | undefined }>((resolve) => {
      exporter.export(batch as never, ({ code, error: cause }) =>
        resolve(code === 0 ? {} : { error: cause ?? new Error('it was refused') }),
      );
    });
    if (error !== undefined) throw failure(error, target.url, sent);
    sent += batch.length;
  }
  await exporter.shutdown();
  return sent;
}

/** The same batches as OTLP/JSON, a request a line, as the collector's file receiver reads them. */
export async function* spanLines(
  spans: AsyncIterable<PlainSpan> | Iterable<PlainSpan>,
  heddle: string,
): AsyncGenerator<string> {
  for await (const batch of batchesOf(spans, heddle)) {
    const bytes = JsonTraceSerializer.serializeRequest(batch as never);
    if (bytes !== undefined) yield `${Buffer.from(bytes).toString('utf8')}\n`;
  }
}

function failure(error: Error, url: string, sent: number): OperatorError {
  const before = sent === 0 ? '' : ` after ${sent} spans`;
  if (error instanceof OTLPExporterError && error.code !== undefined) {
    const said = (error.data ?? '').replaceAll(/\s+/g, ' ').slice(0, 200);
    return new OperatorError(
      'otlp-refused',
      `${url} answers ${error.code}${before}${said === '' ? '' : `: ${said}`}`,
      {
        cause: error,
        hint: 'check address, keys and project; what was sent twice does not stand there twice',
      },
    );
  }
  return new OperatorError(
    'otlp-unreachable',
    `nothing could be sent to ${url}${before}: ${messageOf(error)}`,
    {
      cause: error,
      hint: 'check that the collector runs there; what was sent twice does not stand there twice',
    },
  );
}

async function* batchesOf(
  spans: AsyncIterable<PlainSpan> | Iterable<PlainSpan>,
  heddle: string,
): AsyncGenerator<ReadableSpan[]> {
  const resource = resourceFromAttributes({ 'service.name': 'heddle', 'service.version': heddle });
  const scope = { name: 'heddle', version: heddle };
  let batch: ReadableSpan[] = [];
  let size = 0;
  for await (const span of spans) {
    batch.push(readable(span, resource, scope));
    for (const value of Object.values(span.attributes)) size += String(value).length;
    if (batch.length < MAX_SPANS && size < MAX_CHARACTERS) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

function readable(
  span: PlainSpan,
  resource: ReadableSpan['resource'],
  instrumentationScope: ReadableSpan['instrumentationScope'],
): ReadableSpan {
  const { traceId, spanId, parentId, startedAt, endedAt, attributes, events, error } = span;
  const context = (id: string) => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
  return {
    name: span.name,
    kind: span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => context(spanId),
    ...(parentId === null ? {} : { parentSpanContext: context(parentId) }),
    startTime: timeOf(startedAt),
    endTime: timeOf(endedAt),
    duration: timeOf(endedAt - startedAt),
    status: error === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes: attributes as ReadableSpan['attributes'],
    links: [],
    events: events.map(({ name, at, attributes: own }) => ({
      name,
      time: timeOf(at),
      attributes: own as ReadableSpan['attributes'],
    })),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function timeOf(milliseconds: number): HrTime {
  const whole = Math.floor(milliseconds / 1000);
  return [whole, Math.round((milliseconds - whole * 1000) * 1e6)];
}
