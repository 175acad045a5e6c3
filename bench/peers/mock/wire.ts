import { anthropicWire } from '../../../packages/models/test/standins/anthropic.ts';
import { googleWire } from '../../../packages/models/test/standins/google.ts';
import { openaiChatWire } from '../../../packages/models/test/standins/openai-chat.ts';
import { openaiResponsesWire } from '../../../packages/models/test/standins/openai-responses.ts';
import type { StandinReply, StandinRequest } from '../../../packages/models/test/standins/server.ts';
import { type Fields, fieldsOf, listOf, textOf } from './json.ts';
import { itemEvents } from './responses-item.ts';
import type { Answer, DeclaredTool } from './tool.ts';
import { anthropicWhole, chatWhole, geminiWhole, responsesWhole } from './whole.ts';

/** What a request lays before the model, apart in the order in which a model reads it. */
export interface Prompt {
  readonly tools: readonly unknown[];
  readonly system: readonly unknown[];
  readonly messages: readonly unknown[];
}

/** One way to ask a model over HTTP. */
export interface Wire {
  readonly path: RegExp;
  prompt(body: Fields): Prompt;
  tools(prompt: Prompt): DeclaredTool[];
  /** The schema a request without tools wants its answer in. */
  answerSchema(body: Fields): unknown;
  /** The answer as one text of server-sent events. */
  streamed(answer: Answer, request: StandinRequest): string;
  /** The answer as one JSON value. */
  whole(answer: Answer, body: Fields): unknown;
}

/** A wire's name -> how requests are read and answers written. Streams are those of the stand-ins of `models`. */
export const WIRES = {
  chat: {
    path: /\/chat\/completions$/,
    prompt: ({ tools, messages }) => {
      const all = listOf(messages);
      const first = all.findIndex(({ role }) => role !== 'system' && role !== 'developer');
      const said = first < 0 ? all.length : first;
      return { tools: listOf(tools), system: all.slice(0, said), messages: all.slice(said) };
    },
    tools: ({ tools }) =>
      listOf(tools).map(({ function: declared }) => toolOf(fieldsOf(declared), 'parameters')),
    answerSchema: ({ response_format }) => fieldsOf(fieldsOf(response_format).json_schema).schema,
    streamed: (answer, request) => openaiChatWire.events(replyOf(answer), request).join(''),
    whole: chatWhole,
  },
  responses: {
    path: /\/responses$/,
    prompt: ({ tools, instructions, input }) => {
      const items = Array.isArray(input) ? listOf(input) : [{ role: 'user', content: input }];
      const declared = items.filter(({ type }) => type === 'additional_tools');
      const said = items.filter((item) => !declared.includes(item));
      const rules = said.filter(({ role }) => role === 'system' || role === 'developer');
      return {
        tools: [...listOf(tools), ...declared.flatMap((item) => listOf(item.tools))],
        system: [...(instructions === undefined ? [] : [instructions]), ...rules],
        messages: said.filter((item) => !rules.includes(item)),
      };
    },
    tools: ({ tools }) =>
      listOf(tools).flatMap((tool) =>
        tool.type === 'namespace'
          ? listOf(tool.tools).map((inner) => ({
              ...toolOf(inner, 'parameters'),
              namespace: textOf(tool.name),
            }))
          : [toolOf(tool, 'parameters')],
      ),
    answerSchema: ({ text }) => fieldsOf(fieldsOf(text).format).schema,
    streamed: (answer, request) =>
      answer.call !== undefined && (answer.call.tool.kind === 'custom' || answer.call.tool.namespace)
        ? itemEvents(answer, request.body)
        : openaiResponsesWire.events(replyOf(answer), request).join(''),
    whole: responsesWhole,
  },
  anthropic: {
    path: /\/messages$/,
    prompt: ({ tools, system, messages }) => ({
      tools: listOf(tools),
      system: system === undefined ? [] : [system],
      messages: listOf(messages),
    }),
    tools: ({ tools }) => listOf(tools).map((tool) => toolOf(tool, 'input_schema')),
    answerSchema: ({ output_format, output_config }) =>
      fieldsOf(output_format ?? fieldsOf(output_config).format).schema,
    streamed: (answer, request) => anthropicWire.events(replyOf(answer), request).join(''),
    whole: anthropicWhole,
  },
  gemini: {
    path: /:(streamGenerateContent|generateContent)$/,
    prompt: ({ tools, systemInstruction, contents }) => ({
      tools: listOf(tools),
      system: systemInstruction === undefined ? [] : [systemInstruction],
      messages: listOf(contents),
    }),
    tools: ({ tools }) =>
      listOf(tools)
        .flatMap(({ functionDeclarations }) => listOf(functionDeclarations))
        .map((tool) =>
          toolOf(tool, tool.parametersJsonSchema === undefined ? 'parameters' : 'parametersJsonSchema'),
        ),
    answerSchema: ({ generationConfig }) => {
      const { responseJsonSchema, responseSchema } = fieldsOf(generationConfig);
      return responseJsonSchema ?? responseSchema;
    },
    streamed: (answer, request) =>
      googleWire
        .events(
          // Its arguments are an object on the wire.
          { ...replyOf(answer), ...(answer.call ? { calls: [callOf(answer, JSON.parse)] } : {}) },
          request,
        )
        .join(''),
    whole: geminiWhole,
  },
} as const satisfies Record<string, Wire>;

function toolOf(declared: Fields, schema: string): DeclaredTool {
  return {
    name: textOf(declared.name) || textOf(declared.type),
    kind: declared.type === 'custom' ? 'custom' : 'function',
    about: textOf(declared.description),
    schema: fieldsOf(declared[schema]),
  };
}

function replyOf(answer: Answer): StandinReply {
  const { id, text, call, tokens } = answer;
  return {
    id,
    ...(text === undefined ? {} : { text }),
    ...(call === undefined ? {} : { calls: [callOf(answer)] }),
    usage: { inputTokens: tokens.input, cacheReadTokens: tokens.cached, outputTokens: tokens.output },
  };
}

function callOf({ id, call }: Answer, read: (input: string) => unknown = (input) => input) {
  return { id: `call_${id}`, tool: call!.tool.name, input: read(call!.input) };
}
