import { type Command as Any, Argument, Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function completionCommand(): Command {
  return new Command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ heddle completion bash > ~/.local/share/bash-completion/completions/heddle
  $ heddle completion zsh > ~/.zfunc/_heddle           (a folder in fpath)
  $ heddle completion fish > ~/.config/fish/completions/heddle.fish`,
    )
    .action(completion);
}

async function completion(shell: (typeof SHELLS)[number], _: unknown, command: Any): Promise<void> {
  const { completionScript } = await import('../completion/scripts.ts');
  process.stdout.write(completionScript(shell, command.parent!));
}
