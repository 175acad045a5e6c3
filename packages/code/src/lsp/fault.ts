/**
 * Why a language server did not answer; callers fall back to the syntax tree or say so.
 * - `no-server`: none for this language, or none is installed where the workspace's programs run;
 * - `too-slow`: no answer within the time given; the server goes on working;
 * - `ended`: it crashed, was stopped for its memory, or has been given up after several such ends;
 * - `refused`: it answered with an error (a symbol that cannot be renamed);
 * - `unsupported`: it does not offer this.
 */
export type ServerFaultReason = 'no-server' | 'too-slow' | 'ended' | 'refused' | 'unsupported';

export class ServerFault extends Error {
  readonly reason: ServerFaultReason;

  constructor(reason: ServerFaultReason, message: string) {
    super(message);
    this.name = 'ServerFault';
    this.reason = reason;
  }
}
