import type { Command } from 'commander';
import { type CommandWords, wordsOf } from './words.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A completion script made from the commands as they are declared. Rollout ids are asked of `heddle list`. */
export function completionScript(shell: Shell, program: Command): string {
  return SCRIPTS[shell](wordsOf(program));
}

const SCRIPTS: Readonly<Record<Shell, (all: readonly CommandWords[]) => string>> = { bash, zsh, fish };

/** Commands whose first argument is a rollout. */
const ROLLOUT_COMMANDS = ['show', 'resume', 'fork', 'replay'];

function bash(all: readonly CommandWords[]): string {
  const cases = all.map(({ path, commands, options }) => {
    const words = [
      ...commands.map(({ word }) => word),
      ...options.flatMap(({ word, short }) => (short ? [word, short] : [word])),
    ];
    return `    '${path.join(' ')}') words='${words.join(' ')}' ;;`;
  });
  const valued = [
    ...new Set(
      all.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).map(({ word }) => word)),
    ),
  ];
  return `# bash completion of heddle
_heddle() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} place= word words=
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
${groupCases(all)}
    esac
  done
  case $previous in
    --repo) compopt -o dirnames 2>/dev/null; return ;;
    ${valued.filter((word) => word !== '--repo').join('|')}) compopt -o default 2>/dev/null; return ;;
  esac
  case $place in
${cases.join('\n')}
  esac
  case $place in
    ${ROLLOUT_COMMANDS.join('|')})
      [[ $current == -* ]] || words="last $(heddle list 2>/dev/null | awk 'NR > 1 { print $1 }')" ;;
    solve)
      [[ $current == -* ]] || { compopt -o default 2>/dev/null; return; } ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _heddle heddle
`;
}

/** One line for each step from a command to one below it. */
function groupCases(all: readonly CommandWords[]): string {
  return all
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `      '${path.slice(0, -1).join(' ')} ${path.at(-1)}') place='${path.join(' ')}' ;;`)
    .join('\n');
}

function zsh(all: readonly CommandWords[]): string {
  const cases = all.map(({ path, commands, options }) => {
    const words = [...commands, ...options].map(({ word, about }) => `'${word}:${about}'`);
    return `    '${path.join(' ')}') candidates=(${words.join(' ')}) ;;`;
  });
  return `#compdef heddle
# zsh completion of heddle
_heddle() {
  local place= word
  local -a candidates rollouts
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
${groupCases(all)}
    esac
  done
  case $place in
${cases.join('\n')}
  esac
  case $place in
    ${ROLLOUT_COMMANDS.join('|')})
      rollouts=(last \${(f)"$(heddle list 2>/dev/null | awk 'NR > 1 { print $1 }')"})
      compadd -a rollouts ;;
    solve) _files ;;
  esac
  _describe -t words heddle candidates
}
if [ "$funcstack[1]" = _heddle ]; then _heddle "$@"; else compdef _heddle heddle; fi
`;
}

function fish(all: readonly CommandWords[]): string {
  const lines = all.flatMap(({ path, commands, options, takesFiles }) => {
    const when = condition(
      path,
      commands.map(({ word }) => word),
    );
    return [
      ...(takesFiles ? [] : [`complete -c heddle -f -n '${when}'`]),
      ...commands.map(({ word, about }) => `complete -c heddle -n '${when}' -a ${word} -d '${about}'`),
      ...options.map(({ word, short, about, takesValue }) => {
        const names = `${short ? `-s ${short.slice(1)} ` : ''}-l ${word.slice(2)}`;
        return `complete -c heddle -n '${when}' ${names}${takesValue ? ' -r' : ''} -d '${about}'`;
      }),
    ];
  });
  const rollouts = `complete -c heddle -n '__fish_seen_subcommand_from ${ROLLOUT_COMMANDS.join(' ')}' -a "last (heddle list 2>/dev/null | awk 'NR > 1 { print \\$1 }')"`;
  return `# fish completion of heddle\n${[...lines, rollouts].join('\n')}\n`;
}

function condition(path: readonly string[], below: readonly string[]): string {
  if (path.length === 0) return '__fish_use_subcommand';
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  return below.length === 0 ? seen : `${seen}; and not __fish_seen_subcommand_from ${below.join(' ')}`;
}
