/**
 * Shell text: `seal <folder> [<but> [<but>]]` makes everything mounted at or below a folder read-only, but not `but`. A recursive binding takes
 * what is mounted below along, but `ro` counts for its top alone. Flags of a mount are kept, since an ordinary
 * user may not take any away; what cannot be made read-only is covered, and if that fails too, so does `seal`.
 * All mounts are listed first: the list changes while they are.
 */
export const SEAL = `
cover() {
  if [ -d "$1" ]; then mount -t tmpfs -o ro,size=4k heddle "$1"
  elif [ -e "$1" ]; then mount --bind /dev/null "$1"
  fi # else nobody in here can reach it
}
seal() {
  top=$1 but=$2 too=$3
  set --
  while read -r _ _ _ _ at flags _; do
    case $flags in rw*) ;; *) continue ;; esac
    case $at in *\\\\*) at=$(printf '%b.' "$at") && at=\${at%.} ;; esac
    case $at in "$but" | "$too") ;; "$top" | "$top"/*) set -- "$@" "$at" "\${flags#rw}" ;; esac
  done </proc/self/mountinfo
  while [ $# -gt 0 ]; do
    mount -o "remount,bind,ro,nosuid,nodev$2" "$1" 2>/dev/null || cover "$1" || return 1
    shift 2
  done
}
`;
