import { messageOf, OperatorError, printable } from '@heddle/core';
import { CommanderError } from 'commander';

/** A bug in Heddle itself: `EX_SOFTWARE` of sysexits.h. */
const EXIT_BUG = 70;
const EXIT_USAGE = 2;

export interface Failure {
  /** For standard error, with its last newline; empty when there is nothing to say. */
  readonly text: string;
  readonly exitCode: number;
}

/** What to print for whatever ended a command, and with which code to leave. `debug` adds the stack. */
export function describeFailure(error: unknown, debug: boolean): Failure {
  const stack = debug && error instanceof Error ? `${error.stack}\n` : '';
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { text: '', exitCode: 0 };
    // A group of commands without one named: its help has been printed.
    if (error.code === 'commander.help') return { text: '', exitCode: EXIT_USAGE };
    return { text: `heddle: ${usageProblem(error.message)}\n${stack}`, exitCode: EXIT_USAGE };
  }
  if (error instanceof OperatorError) {
    const hint = error.hint === undefined ? '' : `  hint: ${oneLine(error.hint)}\n`;
    return { text: `heddle: ${oneLine(error.message)}\n${hint}${stack}`, exitCode: error.exitCode };
  }
  const how = debug ? '' : '; HEDDLE_DEBUG=1 shows where';
  return {
    text: `heddle: ${oneLine(messageOf(error))} (this is a bug in Heddle${how})\n${stack}`,
    exitCode: EXIT_BUG,
  };
}

/** Commander puts its suggestion on a second line. */
function usageProblem(message: string): string {
  const suggested = message.replace(/\n\(Did you mean (.*?)\?\)/s, ' (did you mean $1?)');
  return oneLine(suggested.replace(/^error: /, ''));
}

function oneLine(text: string): string {
  return printable(text)
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
}
