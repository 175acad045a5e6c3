/** Nobody else sends it: the last but a few of the real-time signals of every Linux. */
export const ABANDON_SIGNAL = 60;

/**
 * Told to abandon a list, bash leaves all its loops up to ours. Out of a function it cannot find back, so there it
 * ends.
 */
const ABANDON = 'if [[ $HEDDLE_BUSY ]]; then if [[ -v FUNCNAME ]]; then exit 143; else continue 1000; fi; fi';

/**
 * What a persistent bash runs: see {@link BashProcess}. Descriptor 8 brings commands, 9 takes their ends; 7 is the
 * terminal, if there is one, and each command begins on it, wherever an `exec >file` had led. All on one line, so that
 * line numbers in bash's messages count the command's own lines.
 */
export function shellLoop(terminal: boolean): string {
  return [
    `heddle_status() { return "$1"; }; trap '${ABANDON}' INT ${ABANDON_SIGNAL};`,
    // What this group prints to its standard error (traces of `set -x`) is nobody's output.
    'while { HEDDLE_STATUS=$?; HEDDLE_BUSY=;',
    terminal ? `[[ ! $HEDDLE_END ]] || \\printf '\\e_%s\\e\\\\' "$HEDDLE_END" >&7;` : '',
    `\\printf '%s %s\\0' "$HEDDLE_STATUS" "$PWD" >&9; IFS= \\read -r -d '' HEDDLE_CALL <&8 &&`,
    `IFS= \\read -r -d '' HEDDLE_END <&8 && IFS= \\read -r -d '' HEDDLE_COMMAND <&8; } 2>/dev/null; do`,
    'export HEDDLE_CALL; HEDDLE_BUSY=1; heddle_status "$HEDDLE_STATUS";',
    `eval "$HEDDLE_COMMAND" ${terminal ? '<&7 >&7 2>&7 7>&- ' : ''}8<&- 9>&-; done`,
  ].join(' ');
}

/** What the loop prints on a terminal behind a command's output: an escape sequence that no terminal shows. */
export function endMark(end: string): Buffer {
  return Buffer.from(`\u001b_${end}\u001b\\`);
}
