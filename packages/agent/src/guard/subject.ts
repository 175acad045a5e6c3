import {
  clipCommand,
  type JudgeContext,
  type Judgement,
  judgeCode,
  judgeCommand,
  judgeWrite,
} from '@heddle/workspace';

/** What a call will do, in terms the guard can judge before it runs. */
export type Subject =
  /** A shell text, or input for a shell that runs. */
  | { readonly kind: 'shell'; readonly text: string }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  /** A tool of an MCP server, which does what it does outside of the sandbox. */
  | { readonly kind: 'server'; readonly server: string; readonly tool: string }
  /** A file the tool itself writes or removes. */
  | { readonly kind: 'file'; readonly path: string; readonly removes?: boolean };

export async function judgeSubjects(subjects: readonly Subject[], context: JudgeContext): Promise<Judgement> {
  const judged = await Promise.all(
    subjects.map(async (subject) => {
      switch (subject.kind) {
        case 'shell':
          return judgeCommand(subject.text, context);
        case 'code':
          return judgeCode(subject.language, subject.text, context);
        case 'server':
          return serverEffects(subject);
        case 'file':
          return judgeWrite(subject.path, subject.removes === true, context);
        default:
          return subject satisfies never;
      }
    }),
  );
  return { effects: judged.flatMap(({ effects }) => effects) };
}

/** What a server says of its own tools (that they only read) is not evidence. */
function serverEffects({ server, tool }: Extract<Subject, { kind: 'server' }>): Judgement {
  const command = clipCommand([tool]);
  const why = `the server ${server} does it, outside of the sandbox`;
  return { effects: [{ kind: 'network', command, lead: tool, why, target: server }] };
}
