import { resolve } from 'node:path';
import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { preparedCall } from '../call.ts';
import type { Dialect, Model } from '../model.ts';
import { FORMATS } from '../registry.ts';
import { languageModel } from '../reply-stream.ts';
import { askedBy, partsWorthKeeping, RECORDING_VERSION } from './format.ts';
import { Recording } from './recording.ts';

/**
 * With `inner`: asks it and adds each exchange to `file`, which need not exist.
 * Without: answers from `file` alone, byte for byte. The same request gets its replies in the order in which they
 * were recorded; a request that was not recorded, or more often than it was, is an error that names the first
 * message that differs. What a provider needs for its caches is no part of a request: it is added behind the recorder.
 *
 * @throws OperatorError `recording-missing`, `recording-damaged`, `recording-newer`, `recording-unreadable`,
 *   `recording-of-another-model`, and on a request `not-recorded`.
 */
export async function recordedModel(
  file: string,
  inner?: Model,
  open: Map<string, Promise<Recording>> = new Map(),
): Promise<Model> {
  const path = resolve(file);
  const reading = open.get(path) ?? Recording.read(path);
  open.set(path, reading);
  const recording = await reading;
  return inner === undefined ? replaying(recording) : await recordingTo(recording, inner);
}

function replaying(recording: Recording): Model {
  const { model, contextTokens, price, options, format } = recording.header;
  const [provider = '', name = ''] = model.split(/\/(.*)/s);
  return {
    id: model,
    language: languageModel('recorded', model, (call) => {
      call.abortSignal?.throwIfAborted();
      return recording.replyTo(askedBy(call));
    }),
    contextTokens,
    price,
    options,
    ...(format === null
      ? {}
      : {
          dialect: behindRecorder({
            ...FORMATS[format].dialect(provider, name),
            format,
            mask: (text) => text,
            keyFrom: null,
          }),
        }),
  };
}

async function recordingTo(recording: Recording, inner: Model): Promise<Model> {
  await recording.begin({
    type: 'recording',
    version: RECORDING_VERSION,
    model: inner.id,
    contextTokens: inner.contextTokens,
    price: inner.price,
    options: inner.options,
    format: inner.dialect?.format ?? null,
  });
  // What is recorded answers without its code later on: both runs are of one version.
  const { source: _, ...rest } = inner;
  return {
    ...rest,
    language: recorder(recording, inner),
    ...(inner.dialect === undefined ? {} : { dialect: behindRecorder(inner.dialect) }),
  };
}

function behindRecorder(dialect: Dialect): Dialect {
  return { ...dialect, prepare: (request) => request };
}

function recorder(recording: Recording, inner: Model): LanguageModelV4 {
  return {
    ...inner.language,
    specificationVersion: 'v4',
    provider: inner.language.provider,
    modelId: inner.language.modelId,
    supportedUrls: inner.language.supportedUrls,
    doGenerate: (call) => inner.language.doGenerate(preparedCall(inner, call)),
    async doStream(call) {
      const asked = askedBy(call);
      const result = await inner.language.doStream(preparedCall(inner, call));
      const parts: LanguageModelV4StreamPart[] = [];
      const stream = result.stream.pipeThrough(
        new TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart>({
          transform(part, controller) {
            parts.push(part);
            controller.enqueue(part);
          },
          async flush() {
            const reply = partsWorthKeeping(parts);
            if (reply !== undefined) await recording.add(asked, reply);
          },
        }),
      );
      return { ...result, stream };
    },
  };
}
