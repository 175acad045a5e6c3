import * as z from 'zod/mini';

/**
 * What Heddle and a kernel say to each other: one JSON object a line. A kernel is told `init` first, and says `ready`;
 * then it runs one thing at a time. While it runs it may `call` tools, several at once, and each call has its answer.
 */
export type ToKernel =
  | { readonly type: 'init'; readonly functions: readonly FunctionSpec[] }
  | { readonly type: 'run'; readonly id: number; readonly code: string }
  /** Ends what runs, if anything does, and keeps what there is. */
  | { readonly type: 'interrupt' }
  | {
      readonly type: 'answer';
      readonly call: number;
      readonly outcome: 'ok' | 'error';
      readonly content: string;
      readonly details: unknown;
    };

/** A tool as a function: its parameters in the order of its schema, the required ones first. */
export interface FunctionSpec {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly required: readonly string[];
  readonly summary: string;
}

/** By media type: text as it is, bytes in base64. */
const mimeBundle = z.record(z.string(), z.unknown());
export type MimeBundle = z.infer<typeof mimeBundle>;

export const fromKernelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), kernel: z.string(), own: z.boolean() }),
  z.object({ type: z.literal('output'), text: z.string() }),
  /** `result`: it is the value of the last expression. */
  z.object({ type: z.literal('display'), data: mimeBundle, result: z.boolean() }),
  /** `run`: the run whose code calls; 0 if that is not known. */
  z.object({
    type: z.literal('call'),
    run: z.number(),
    call: z.number(),
    tool: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
  z.object({
    type: z.literal('done'),
    run: z.number(),
    status: z.enum(['ok', 'raised', 'interrupted']),
    /** A short traceback; empty if there is none. */
    error: z.string(),
  }),
]);
export type FromKernel = z.infer<typeof fromKernelSchema>;
