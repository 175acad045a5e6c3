import { DEFAULT_LIMITS } from '@heddle/agent';
import { DEFAULT_CHECK_SECONDS } from '@heddle/code';
import type { CheckSpec } from '@heddle/core';

const HEAD = `// Defaults for Heddle. Every key may be left out; an option on the command line comes first.
// JSON with comments. \`heddle doctor\` says whether it can be read.`;

const { steps, usd, tokens, seconds } = DEFAULT_LIMITS;
const LIMITS = `  // "limits": { "steps": ${steps}, "usd": ${usd}, "tokens": ${tokens}, "seconds": ${seconds} },`;

const SHARED = `  // Sent with each request.
  // "options": { "effort": "medium", "maxOutputTokens": 32000 },

  // auto, bubblewrap or namespaces; \`heddle doctor\` says which work here.
  // "sandbox": "auto",

  // More tools for the model.
  // "tools": ["localize"],

  // Commands that are asked about actions, in the sandbox: before, after, or before finish; see docs/knowledge.md.
  // "hooks": [{ "on": "finish", "run": "npm run lint >&2 || exit 2", "seconds": 120 }],

  // Agents made of agents, for --agent; the one without it, and how many of it; see docs/compose.md.
  // "agents": {
  //   "careful": { "bestOf": { "attempts": 3, "fork": "late" } },
  //   "reader": { "loop": { "system": "Answer from the code alone.", "tools": ["navigate"] } }
  // },
  // "agent": "careful",
  // "attempts": 1,`;

/** A commented configuration for a repository: what its authors know about it. */
export function repositoryTemplate(detected: readonly CheckSpec[]): string {
  const checks = detected.length > 0 ? detected : [{ name: 'test', command: 'npm test' }];
  const lines = checks.map(({ name, command }) => `${JSON.stringify(name)}: ${JSON.stringify(command)}`);
  const body = detected.length > 0 ? '' : '// ';
  return `${HEAD}
{
  // What must pass. Given at all, nothing is detected; {} means none.
  ${body}"checks": { ${lines.join(', ')} },

  // Seconds one check may take.
  // "checkSeconds": ${DEFAULT_CHECK_SECONDS},

  // What ends a rollout. Only less than the user's own limits counts here.
${LIMITS}

${SHARED}
}
`;
}

/** A commented configuration for a person: models, where they are, and how free the agent is. */
export function userTemplate(): string {
  return `${HEAD}
// This is your own file: a repository's heddle.config.jsonc is laid over it.
{
  // Who is asked when --model names nobody; \`heddle models\` lists what can be used.
  // "model": "anthropic/claude-sonnet-5-5",

  // Who is asked when that one fails in spite of its tries.
  // "fallback": "openai/gpt-5.2",

  // Who is asked for each edit too; both are tried, and the better one by the checks is made. Where the checks find
  // them equal, the comparator decides: without this line, the model itself. See docs/two-models.md.
  // "rival": "openai/gpt-5.2",
  // "comparator": "anthropic/claude-haiku-4-5",

  // Who folds the oldest steps into a summary when the context fills: without this line a small model of the
  // same provider; "none": a line per step. Behind any model's name, @low to @max is the effort it thinks with.
  // "memory": "anthropic/claude-haiku-5-5@low",

  // With it, \`recall\` finds earlier steps by meaning too, not by their words alone.
  // "embedding": "openai/text-embedding-3-small",

  // What ends a rollout; its patch so far is handed in.
${LIMITS}

${SHARED}

  // Servers of your own, or other addresses for the known ones (anthropic, openai, google,
  // openrouter, ollama, vllm, lmstudio). Keys stay in the environment, or in a file ("apiKeyFile").
  // "providers": {
  //   "lab": { "baseURL": "http://127.0.0.1:8080/v1", "apiKeyEnv": "LAB_KEY" }
  // },

  // Dollars per million tokens, by the beginning of provider/model. contextTokens, for models of your own servers,
  // is how much they can read: before that is full, old steps are folded.
  // "prices": { "lab/": { "input": 0.5, "output": 1.5, "contextTokens": 32000 } },

  // Commands may reach the network.
  // "network": false,

  // MCP servers, used by --tools mcp:NAME or "tools": ["mcp:NAME"]; programs run on this machine, see docs/knowledge.md.
  // "mcp": {
  //   "tracker": { "command": "npx", "args": ["-y", "tracker-mcp"], "env": { "TOKEN": "\${TRACKER_TOKEN}" } },
  //   "wiki": { "url": "https://wiki.example/mcp" }
  // },

  // Other agents for \`heddle eval --agent acp:NAME\` or command:NAME; see docs/rivals.md.
  // "entrants": {
  //   "mine": { "acp": { "command": ["my-agent", "--acp"], "env": ["MY_KEY"], "allow": ["api.example.com"] } },
  //   "script": { "command": { "command": "./solve.sh {task_file}" } }
  // },

  // Who is asked before what: approve is never, risky or ask; see docs/guard.md. desk: answers of \`heddle studio\` or
  // \`heddle desk\` are waited for where there is no terminal; see docs/desk.md.
  // "guard": {
  //   "approve": "never",
  //   "effects": { "publish": "deny" },
  //   "commands": [{ "command": "git push", "decide": "deny", "say": "Nothing is pushed from here." }],
  //   "allowHosts": ["pypi.org", "files.pythonhosted.org"],
  //   "auditor": "anthropic/claude-haiku-4-5",
  //   "desk": true
  // },
}
`;
}
