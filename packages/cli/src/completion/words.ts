import type { Command } from 'commander';

/** One command as a completion script sees it. */
export interface CommandWords {
  /** Names from the program down: `['relay', 'next']`; empty for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  readonly takesFiles: boolean;
}

export interface Word {
  readonly word: string;
  /** One line. */
  readonly about: string;
}

export interface OptionWord extends Word {
  readonly short: string | undefined;
  /** Another word follows. */
  readonly takesValue: boolean;
}

/** Every command below a program, itself first, with what can follow it. */
export function wordsOf(command: Command, path: readonly string[] = []): CommandWords[] {
  const help = command.createHelp();
  const own: CommandWords = {
    path,
    commands: help
      .visibleCommands(command)
      .map((child) => ({ word: child.name(), about: oneSentence(child.description()) })),
    options: help.visibleOptions(command).map((option) => ({
      word: option.long!,
      short: option.short,
      about: oneSentence(option.description),
      takesValue: option.required || option.optional,
    })),
    takesFiles: command.registeredArguments.some((argument) => argument.name() === 'task'),
  };
  return [own, ...command.commands.flatMap((child) => wordsOf(child, [...path, child.name()]))];
}

/** Short, and free of what shells would read as their own. */
function oneSentence(text: string): string {
  return text
    .split(/[;(:]/)[0]!
    .replaceAll(/["'`$\\[\]]/g, '')
    .trim();
}
