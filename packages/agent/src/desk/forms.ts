import * as z from 'zod/mini';

/** What is laid on the desk before an action that a person is asked about. */
export const approvalAskedSchema = z.object({
  step: z.number(),
  tool: z.string(),
  input: z.unknown(),
  /** Why it is asked about, in words. */
  because: z.string(),
});
export type ApprovalAsked = z.infer<typeof approvalAskedSchema>;

/** What the model asks, and what it goes by if nobody answers. */
export const questionAskedSchema = z.object({ question: z.string(), assumption: z.string() });
export type QuestionAsked = z.infer<typeof questionAskedSchema>;

/** The answer to an approval; an instruction goes to the model with the refusal. */
export const approvalAnswerSchema = z.union([
  z.object({ allow: z.literal(true) }),
  z.object({ allow: z.literal(false), instruction: z.optional(z.string()) }),
]);

/** The answer to a question; null: it may go by its assumption. */
export const questionAnswerSchema = z.object({ answer: z.nullable(z.string()) });
