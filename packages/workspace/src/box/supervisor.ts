/**
 * The first program in a box: takes NUL-ended lines of shell on standard input and runs them, answers with
 * NUL-ended lines on what was its standard output. Everything it starts runs in the background, so it is
 * always listening. When Heddle is gone its input ends, and so does the box.
 */
export const SUPERVISOR = `
exec 3>&1 1>&2
pipes=$1
ulimit -c 0
ulimit -f "$2"
[ "$3" = 0 ] || ulimit -u "$3"
umask 022
printf 'ready\\0' >&3
while IFS= read -r -d '' line; do eval "$line"; done
kill -KILL 0
`;

/** Marks every process with the call it belongs to. */
export const CALL_VARIABLE = 'HEDDLE_CALL';
