import type { EffectKind } from './effects.ts';

/** How a rule reads the arguments that are no options. */
export type Operands =
  /** Paths that are read. */
  | 'read'
  | 'write'
  | 'delete'
  /** All but the last are read, the last is written. */
  | 'copy'
  /** All but the last go away, the last is written. */
  | 'move';

/**
 * One line of the guard's table: which commands, under which condition, have which effects. Every rule that fits
 * counts. Documented for people in docs/guard.md.
 */
export interface Rule {
  /** Leading words, options left out; `|` separates alternatives of one word, `*` is any word. */
  readonly command: string;
  /** Counts only with one of these options; a short one is also found in a cluster (`-xfd`). */
  readonly flags?: readonly string[];
  /** Counts only if one argument fits. */
  readonly argument?: RegExp;
  /** Counts only without any of these options. */
  readonly without?: readonly string[];
  readonly effects: readonly EffectKind[];
  readonly operands?: Operands;
  readonly why: string;
}

/** Options before the subcommand that take a value, so that `git -C x push` is a push. */
export const VALUE_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  git: ['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--exec-path', '--config-env'],
  npm: ['--prefix', '-C', '-w', '--workspace', '--registry', '--userconfig'],
  pnpm: ['--dir', '-C', '--filter', '-F'],
  yarn: ['--cwd'],
  docker: ['-H', '--host', '--context', '-c', '--config', '-l', '--log-level'],
  podman: ['--url', '--connection', '-c', '--log-level'],
  kubectl: ['-n', '--namespace', '--context', '--kubeconfig', '-s', '--server'],
  helm: ['-n', '--namespace', '--kube-context'],
  cargo: ['--color', '--config', '-Z', '-C'],
  go: ['-C'],
  gh: ['-R', '--repo'],
  aws: ['--profile', '--region', '--output', '--endpoint-url'],
  gcloud: ['--project', '--account'],
  terraform: ['-chdir'],
};

const net: readonly EffectKind[] = ['network'];
const out: readonly EffectKind[] = ['publish', 'network'];

const HISTORY: readonly Rule[] = [
  { command: 'git push', effects: out, why: 'sends commits to a remote' },
  {
    command: 'git push',
    flags: ['-f', '--force', '--force-with-lease', '--mirror', '--delete', '-d', '--prune'],
    effects: ['history'],
    why: 'replaces or removes what a remote holds',
  },
  {
    command: 'git push',
    argument: /^[+:]./,
    effects: ['history'],
    why: 'replaces or removes a remote branch',
  },
  { command: 'git send-email|send-pack|request-pull|imap-send', effects: out, why: 'sends commits away' },
  { command: 'git commit', effects: ['write'], why: 'commits' },
  { command: 'git commit', flags: ['--amend'], effects: ['history'], why: 'replaces the last commit' },
  {
    command: 'git rebase|filter-branch|filter-repo|replace|update-ref|symbolic-ref|prune|fast-import',
    effects: ['history', 'write'],
    why: 'rewrites commits or the names of them',
  },
  { command: 'git reset', effects: ['write'], why: 'changes the index' },
  {
    command: 'git reset',
    flags: ['--hard', '--soft', '--merge', '--keep'],
    effects: ['history', 'write'],
    why: 'moves the branch or throws changes away',
  },
  {
    command: 'git reset',
    argument: /^(?:HEAD|ORIG_HEAD|@)[~^@{]|^[0-9a-f]{7,40}$|^origin\//,
    effects: ['history'],
    why: 'moves the branch to another commit',
  },
  {
    command: 'git reflog expire|delete',
    effects: ['history'],
    why: 'removes what leads back to old commits',
  },
  {
    command: 'git gc',
    flags: ['--prune', '--aggressive'],
    effects: ['history', 'write'],
    why: 'removes commits nobody names',
  },
  {
    command: 'git branch',
    flags: ['-D', '-d', '--delete', '-f', '--force', '-M', '-m', '-C'],
    effects: ['history'],
    why: 'removes or moves a branch',
  },
  {
    command: 'git tag',
    flags: ['-d', '--delete', '-f', '--force'],
    effects: ['history'],
    why: 'removes or moves a tag',
  },
  { command: 'git checkout', flags: ['-B'], effects: ['history'], why: 'moves a branch' },
  { command: 'git switch', flags: ['-C', '--force-create'], effects: ['history'], why: 'moves a branch' },
  { command: 'git stash drop|clear', effects: ['history'], why: 'throws stashed work away' },
  { command: 'git worktree add', effects: ['write', 'peek'], why: 'checks out another commit' },
];

const PEEKING: readonly Rule[] = [
  {
    command: 'git log|shortlog|rev-list|show|diff|grep|describe|name-rev|rev-parse',
    flags: [
      '--all',
      '--branches',
      '--remotes',
      '--tags',
      '--reflog',
      '-g',
      '--walk-reflogs',
      '--glob',
      '--alternate-refs',
    ],
    effects: ['peek'],
    why: 'looks at commits beyond the current branch',
  },
  {
    command:
      'git log|show|diff|checkout|switch|restore|cat-file|cherry-pick|merge|grep|blame|archive|reset|rev-list|worktree',
    argument:
      /(?:^|\.\.|[:=^])(?:(?:origin|upstream|refs|remotes)\/|FETCH_HEAD|ORIG_HEAD|MERGE_HEAD|stash\b)|@\{|\.\.(?:main|master)\b/,
    effects: ['peek'],
    why: 'looks at commits beyond the current branch',
  },
  {
    command:
      'git reflog|for-each-ref|show-ref|ls-remote|bundle|unpack-objects|verify-pack|unpack-file|cherry|show-branch|fast-export|pack-redundant|show-index|multi-pack-index',
    effects: ['peek'],
    why: 'lists objects or names beyond the current branch',
  },
  { command: 'git fsck', effects: ['peek'], why: 'lists commits nobody names' },
  { command: 'git cat-file', effects: ['peek'], why: 'reads objects by their name' },
  {
    command: 'git branch',
    flags: ['-a', '-r', '--all', '--remotes', '--contains', '--no-merged'],
    effects: ['peek'],
    why: 'lists branches beyond the current one',
  },
  { command: 'git stash list|show|pop|apply|branch', effects: ['peek'], why: 'looks at stashed work' },
  {
    command: 'git fetch|pull|clone',
    effects: ['peek', 'network', 'write'],
    why: 'gets commits from a remote',
  },
  { command: 'git remote update', effects: ['peek', 'network'], why: 'gets commits from a remote' },
  {
    command: 'git submodule add|update',
    effects: ['network', 'write'],
    why: 'gets a repository from a remote',
  },
  {
    command: 'git ls-remote|archive',
    flags: ['--remote'],
    effects: ['network', 'peek'],
    why: 'asks a remote',
  },
  { command: 'git ls-remote', effects: ['network'], why: 'asks a remote' },
  { command: 'git lfs fetch|pull|clone', effects: ['network', 'write'], why: 'gets files from a remote' },
  { command: 'git lfs push', effects: out, why: 'sends files to a remote' },
];

const GIT: readonly Rule[] = [
  {
    command:
      'git status|diff|log|show|blame|grep|ls-files|ls-tree|rev-parse|describe|help|version|check-ignore|check-attr|shortlog|merge-base|name-rev|rev-list|var|count-objects|diff-tree|diff-index|diff-files|whatchanged|range-diff|annotate|cat-file|hash-object|patch-id|interpret-trailers|stripspace',
    effects: ['read'],
    why: 'reads the repository',
  },
  {
    command:
      'git add|apply|am|mv|checkout|switch|restore|stash|merge|cherry-pick|revert|init|clean|config|worktree|notes|sparse-checkout|bisect|read-tree|write-tree|commit-tree|update-index|checkout-index|mergetool|rerere|submodule|gc|repack|pack-refs|maintenance|branch|tag|remote|rm|archive|format-patch|bundle|lfs',
    effects: ['write'],
    why: 'changes the working copy or its git folder',
  },
  { command: 'git rm', without: ['--cached'], effects: ['write'], operands: 'delete', why: 'removes files' },
  {
    command: 'git config',
    flags: ['--global', '--system'],
    effects: ['outside'],
    why: 'changes settings outside the repository',
  },
  {
    command: 'git credential|credential-store|credential-cache',
    effects: ['credentials'],
    why: 'reads stored credentials',
  },
];

const PUBLISHING: readonly Rule[] = [
  {
    command: 'npm|pnpm|yarn|bun|lerna|cargo|poetry|uv|flit|hatch|pdm|vsce|jsr|wasm-pack publish',
    effects: out,
    why: 'publishes a package',
  },
  {
    command: 'npm unpublish|deprecate|dist-tag|owner|access|adduser|login|token',
    effects: out,
    why: 'changes what is published, or who may',
  },
  { command: 'yarn npm publish', effects: out, why: 'publishes a package' },
  { command: 'cargo yank|owner|login', effects: out, why: 'changes what is published, or who may' },
  { command: 'twine upload', effects: out, why: 'publishes a package' },
  { command: 'gem push|yank', effects: out, why: 'publishes a package' },
  {
    command: 'mvn|mvnw|gradle|gradlew|sbt *',
    argument: /^(?:deploy|publish\w*|release:\w+|uploadArchives)$/,
    effects: out,
    why: 'publishes an artefact',
  },
  { command: 'mvn|mvnw|gradle|gradlew deploy|publish', effects: out, why: 'publishes an artefact' },
  { command: 'dotnet nuget push', effects: out, why: 'publishes a package' },
  { command: 'docker|podman|buildah|skopeo push|login|copy', effects: out, why: 'publishes an image' },
  {
    command:
      'gh|glab pr|mr|release|issue|repo|gist|workflow|secret|variable|api|run|label create|merge|edit|close|comment|delete|upload|review|run|set|fork|rename|sync|dispatch|ready|reopen',
    effects: out,
    why: 'changes what is public',
  },
  { command: 'gh|glab api', effects: net, why: 'asks a code host' },
  { command: 'gh|glab|hub *', effects: net, why: 'asks a code host' },
  { command: 'gh|glab auth', effects: ['credentials'], why: 'shows or changes credentials' },
  {
    command:
      'kubectl apply|create|delete|replace|patch|edit|scale|rollout|exec|cp|set|drain|cordon|label|annotate|run|expose',
    effects: out,
    why: 'changes a cluster',
  },
  { command: 'helm install|upgrade|uninstall|rollback|push', effects: out, why: 'changes a cluster' },
  {
    command: 'terraform|tofu|pulumi apply|destroy|import|up|state|taint',
    effects: out,
    why: 'changes infrastructure',
  },
  {
    command:
      'aws|gcloud|az|doctl|heroku|vercel|netlify|fly|flyctl|firebase|wrangler|railway|surge|ansible-playbook|ansible|serverless|sls|cap|kamal',
    effects: out,
    why: 'changes what runs elsewhere',
  },
  {
    command: 'curl',
    flags: [
      '-d',
      '--data',
      '--data-raw',
      '--data-binary',
      '--data-urlencode',
      '-F',
      '--form',
      '-T',
      '--upload-file',
      '--json',
    ],
    effects: ['publish'],
    why: 'uploads data',
  },
  {
    command: 'curl',
    argument: /^(?:-X)?(?:POST|PUT|PATCH|DELETE)$/,
    effects: ['publish'],
    why: 'sends a changing request',
  },
  {
    command: 'wget',
    flags: ['--post-data', '--post-file', '--body-data', '--body-file', '--method'],
    effects: ['publish'],
    why: 'uploads data',
  },
  {
    command: 'http|https|xh',
    argument: /^(?:POST|PUT|PATCH|DELETE)$/,
    effects: ['publish'],
    why: 'sends a changing request',
  },
  { command: 'scp|sftp|lftp', effects: out, why: 'copies files to or from another machine' },
  {
    command: 'rsync|rclone',
    argument: /^(?:rsync:\/\/|[^/]+:)/,
    effects: out,
    why: 'copies files to or from another machine',
  },
  { command: 'mail|mailx|sendmail|mutt|msmtp|swaks', effects: out, why: 'sends mail' },
];

const NETWORK: readonly Rule[] = [
  { command: 'openssl s_client', effects: net, why: 'opens a connection' },
  {
    command: 'curl|wget|http|https|xh|aria2c|axel|lynx|w3m|links|elinks|httpie|curlie|yt-dlp|gdown',
    effects: net,
    why: 'makes a request',
  },
  {
    command: 'ssh|mosh|telnet|ftp|tftp|nc|ncat|netcat|socat|websocat',
    effects: net,
    why: 'opens a connection',
  },
  {
    command: 'ping|dig|nslookup|host|traceroute|whois|drill|nmap|mtr',
    effects: net,
    why: 'asks the network',
  },
  { command: 'rsync|rclone', effects: ['write'], operands: 'copy', why: 'copies files' },
  {
    command:
      'pip|pip3|pipx|uv|conda|mamba|micromamba|poetry|pdm|pipenv|hatch install|download|add|sync|update|upgrade|lock|create|run|search|index|wheel',
    effects: ['network', 'write'],
    why: 'may get packages',
  },
  { command: 'uv|poetry|pdm|hatch|pipenv|conda run', effects: ['process'], why: 'runs a program' },
  { command: 'uv pip install|sync|compile', effects: ['network', 'write'], why: 'gets packages' },
  {
    command:
      'npm|pnpm|yarn|bun install|i|ci|add|update|upgrade|up|create|init|dlx|exec|x|audit|outdated|view|info|search|pack',
    effects: ['network', 'write'],
    why: 'may get packages',
  },
  {
    command: 'npx|pnpx|bunx',
    effects: ['process', 'write'],
    why: 'runs a program of a package',
  },
  {
    command: 'npx|pnpx|bunx',
    flags: ['-y', '--yes', '-p', '--package'],
    effects: ['network'],
    why: 'gets a package',
  },
  {
    command: 'uvx|pipx|corepack',
    effects: ['network', 'process'],
    why: 'may get a package, and runs it',
  },
  {
    command: 'yarn',
    without: ['--version', '-v'],
    argument: /^$/,
    effects: ['network', 'write'],
    why: 'gets packages',
  },
  {
    command: 'cargo install|fetch|update|add|search|vendor',
    effects: ['network', 'write'],
    why: 'gets packages',
  },
  { command: 'go get|install|mod', effects: ['network', 'write'], why: 'may get packages' },
  {
    command:
      'gem|bundle|composer|luarocks|cpan|cpanm|nuget|mix|opam|stack|cabal|brew|port|nix|nix-env|guix|flatpak|snap|rustup|nvm|pyenv|sdk|asdf|volta install|add|update|upgrade|require|fetch|deps.get|get|restore',
    effects: ['network', 'write'],
    why: 'gets packages',
  },
  {
    command: 'apt|apt-get|yum|dnf|apk|pacman|zypper|dpkg|rpm',
    effects: ['network', 'outside'],
    why: 'changes the system’s packages',
  },
  {
    command: 'docker|podman|nerdctl',
    effects: ['process', 'outside'],
    why: 'has a container engine act outside the sandbox',
  },
  { command: 'docker|podman pull|build|run|compose', effects: net, why: 'may get an image' },
  { command: 'playwright|puppeteer install', effects: ['network', 'write'], why: 'gets a browser' },
];

const CREDENTIAL_RULES: readonly Rule[] = [
  { command: 'printenv|env', effects: ['read'], why: 'shows the environment' },
  {
    command:
      'ssh-add|ssh-keygen|ssh-agent|gpg|gpg2|pass|op|bw|vault|keyring|secret-tool|security|keychain|age',
    effects: ['credentials', 'process'],
    why: 'works with keys or a store of secrets',
  },
  {
    command: 'aws configure|sts|secretsmanager|ssm',
    effects: ['credentials'],
    why: 'reads or writes credentials',
  },
  { command: 'gcloud auth|secrets', effects: ['credentials'], why: 'reads or writes credentials' },
  { command: 'npm token|login|adduser|whoami', effects: ['credentials'], why: 'works with credentials' },
];

const FILES: readonly Rule[] = [
  {
    command:
      'cat|head|tail|less|more|bat|nl|wc|sort|uniq|cut|tr|rev|tac|paste|join|comm|column|fold|fmt|expand|od|xxd|hexdump|strings|file|stat|du|df|ls|ll|dir|tree|exa|eza|find|fd|locate|grep|egrep|fgrep|zgrep|rg|ag|ack|diff|cmp|sdiff|colordiff|md5sum|sha1sum|sha256sum|sha512sum|cksum|b2sum|sum|base64|base32|basename|dirname|realpath|readlink|pwd|which|whereis|type|hash|man|info|jq|yq|xmllint|zcat|xzcat|bzcat|zless|tokei|cloc|scc|look|seq|ast-grep|sg',
    effects: ['read'],
    operands: 'read',
    why: 'reads',
  },
  {
    command:
      'echo|printf|true|false|:|test|[|[[|expr|bc|dc|date|cal|sleep|wait|uname|hostname|id|whoami|groups|who|w|uptime|free|nproc|arch|lscpu|ps|pgrep|pstree|top|htop|lsof|jobs|tty|locale|getconf|ulimit|umask|times|let|shift|return|exit|break|continue|read|mapfile|readarray|getopts|export|declare|typeset|local|readonly|unset|set|shopt|alias|unalias|history|dirs|cd|pushd|popd|clear|tput|yes|caller|compgen|complete|bind|enable|help|fc|logout|disown|suspend|bg|fg|factor|shuf|numfmt|tsort|iconv|envsubst|sum',
    effects: ['read'],
    why: 'changes nothing',
  },
  {
    command: 'sed|gsed|perl|ruby',
    flags: ['-i', '--in-place'],
    effects: ['write'],
    operands: 'write',
    why: 'edits files in place',
  },
  { command: 'sed|gsed', without: ['-i', '--in-place'], effects: ['read'], why: 'prints' },
  {
    command: 'sort',
    flags: ['-o', '--output'],
    effects: ['write'],
    operands: 'write',
    why: 'writes its output file',
  },
  { command: 'awk|gawk|mawk|nawk', effects: ['read'], why: 'prints' },
  { command: 'awk|gawk', flags: ['-i'], effects: ['write'], operands: 'write', why: 'edits files in place' },
  {
    command:
      'touch|mkdir|mkfifo|mknod|mktemp|tee|sponge|truncate|chmod|chown|chgrp|chattr|setfacl|fallocate|split|csplit|ex|ed|vi|vim|nano|emacs',
    effects: ['write'],
    operands: 'write',
    why: 'writes files',
  },
  { command: 'truncate', effects: ['write'], operands: 'delete', why: 'cuts files off' },
  {
    command: 'rm|rmdir|unlink|shred|trash|srm|rimraf|del',
    effects: ['write'],
    operands: 'delete',
    why: 'deletes files',
  },
  { command: 'mv|rename', effects: ['write'], operands: 'move', why: 'moves files' },
  { command: 'cp|install|ditto|cpio', effects: ['write'], operands: 'copy', why: 'copies files' },
  { command: 'ln', effects: ['write'], operands: 'copy', why: 'makes a link' },
  { command: 'dd', argument: /^of=/, effects: ['write'], why: 'writes a file' },
  { command: 'dd', effects: ['read'], why: 'copies bytes' },
  {
    command: 'tar|zip|unzip|gzip|gunzip|bzip2|bunzip2|xz|unxz|zstd|unzstd|7z|ar|patch|busybox',
    effects: ['write'],
    why: 'writes files',
  },
];

const MACHINE: readonly Rule[] = [
  { command: 'kill|pkill|killall|skill|renice|xkill', effects: ['process'], why: 'signals processes' },
  {
    command:
      'sudo|doas|su|pkexec|runuser|chroot|nsenter|unshare|setpriv|capsh|mount|umount|modprobe|insmod|sysctl|iptables|nft|ip|ifconfig|systemctl|service|launchctl|crontab|at|batch|useradd|usermod|passwd|chsh|visudo|reboot|shutdown|halt|init|losetup|mkfs|fdisk|parted|swapon|swapoff|setcap|loginctl|hostnamectl|timedatectl|ldconfig|update-alternatives|bwrap|gdb|strace|ltrace|bpftrace',
    effects: ['outside', 'process'],
    why: 'acts on the machine or as another user',
  },
  {
    command:
      'make|cmake|ninja|bazel|just|task|ant|tsc|eslint|prettier|biome|ruff|black|isort|mypy|pyright|pytest|tox|nox|unittest|jest|vitest|mocha|ava|node|deno|python|python2|python3|ruby|perl|php|java|javac|gcc|g++|clang|cc|rustc|go|cargo|npm|pnpm|yarn|bun|mvn|gradle|dotnet|swift|poetry|uv|phpunit|rspec|rake|bundle|ctest|lua|R|Rscript|julia|elixir|mix|ghc|stack|sbt|scala|kotlinc|tsx|ts-node',
    effects: ['process', 'write'],
    why: 'runs a program of the project',
  },
];

/** The default table, gravest groups first. Order has no meaning: each rule that fits counts. */
export const RULES: readonly Rule[] = [
  ...HISTORY,
  ...PEEKING,
  ...GIT,
  ...PUBLISHING,
  ...NETWORK,
  ...CREDENTIAL_RULES,
  ...FILES,
  ...MACHINE,
];
