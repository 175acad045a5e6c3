import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peer, PeerCall } from './peer.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const origin = ({ port }: PeerCall) => `http://127.0.0.1:${port}`;
const versioned = (call: PeerCall) => `${origin(call)}/v1`;

/** Tokens of context that a made-up model is said to have: more than the longest run needs. */
const CONTEXT_TOKENS = 200_000;
const OUTPUT_TOKENS = 8_192;

export const HEDDLE: Peer = {
  name: 'heddle',
  about: 'this checkout',
  env: (call) => ({ VLLM_BASE_URL: versioned(call) }),
  // Enough steps for the end, which takes two.
  command: ({ prompt, repo, steps }) => [
    here('../../packages/cli/bin/heddle'),
    ...['solve', prompt, '--repo', repo, '--model', 'vllm/mock', '--json', '--quiet'],
    ...['--steps', String(steps + 10)],
  ],
  finish: { tool: 'finish', input: { summary: 'done', probability: 0.5 } },
};

/** One entry each; nothing else knows them by name. The versions are those the entries were written for. */
export const PEERS: readonly Peer[] = [
  HEDDLE,
  {
    name: 'floor',
    about: 'about the least a Node agent can do',
    env: (call) => ({ FLOOR_BASE_URL: versioned(call), FLOOR_LOG: join(call.home, 'log.jsonl') }),
    command: ({ prompt }) => [process.execPath, here('./floor.mjs'), prompt],
    yardstick: true,
  },
  {
    name: 'pi',
    about: 'Chat Completions',
    package: { name: '@earendil-works/pi-coding-agent', version: '0.87.1' },
    settings: (call) => ({
      '.pi/agent/models.json': JSON.stringify({ providers: { mock: piProvider(call) } }),
    }),
    command: ({ bin, prompt }) => [
      join(bin, 'pi'),
      ...['--provider', 'mock', '--model', 'mock-model', '-p', prompt],
    ],
  },
  codex('codex', 'Responses, its default: a shell behind JavaScript', []),
  codex('codex-fn', 'Responses, plain function tools', ['-m', 'gpt-5.5']),
  {
    name: 'claude',
    about: 'Messages',
    package: { name: '@anthropic-ai/claude-code', version: '2.1.329' },
    env: (call) => ({
      ANTHROPIC_BASE_URL: origin(call),
      ANTHROPIC_API_KEY: 'x',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      // It asks root for this word before it works without approvals.
      ...(process.getuid?.() === 0 ? { IS_SANDBOX: '1' } : {}),
    }),
    command: ({ bin, prompt }) => [join(bin, 'claude'), '-p', '--dangerously-skip-permissions', prompt],
  },
  {
    name: 'opencode',
    about: 'Chat Completions',
    package: { name: 'opencode-ai', version: '1.18.33' },
    settings: (call) => ({
      '.config/opencode/opencode.json': JSON.stringify({
        autoupdate: false,
        model: 'mock/mock-model',
        provider: { mock: opencodeProvider(call) },
      }),
    }),
    // Without it the start waits for a list of models from the network.
    env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1' }),
    command: ({ bin, prompt }) => [join(bin, 'opencode'), 'run', '--auto', prompt],
  },
  {
    name: 'gemini',
    about: 'generateContent',
    package: { name: '@google/gemini-cli', version: '0.61.0' },
    settings: () => ({
      '.gemini/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' } },
        general: { disableAutoUpdate: true, disableUpdateNag: true },
        privacy: { usageStatisticsEnabled: false },
      }),
    }),
    env: (call) => ({ GEMINI_API_KEY: 'x', GOOGLE_GEMINI_BASE_URL: origin(call) }),
    command: ({ bin, prompt }) => [join(bin, 'gemini'), '--yolo', '--skip-trust', '-p', prompt],
  },
];

/** One program, two model profiles: which tools it offers depends on the model's name. */
function codex(name: string, about: string, profile: readonly string[]): Peer {
  return {
    name,
    about,
    package: { name: '@openai/codex', version: '0.169.0' },
    settings: (call) => ({
      '.codex/config.toml': `check_for_update_on_startup = false
model_provider = "mock"
[model_providers.mock]
name = "mock"
base_url = "${versioned(call)}"
wire_api = "responses"
env_key = "MOCK_KEY"
[projects."${call.repo}"]
trust_level = "trusted"
`,
    }),
    env: () => ({ MOCK_KEY: 'x' }),
    command: ({ bin, prompt }) => [
      join(bin, 'codex'),
      ...['exec', ...profile, '--dangerously-bypass-approvals-and-sandbox', prompt],
    ],
  };
}

function piProvider(call: PeerCall): object {
  const model = {
    id: 'mock-model',
    name: 'mock',
    reasoning: false,
    input: ['text'],
    contextWindow: CONTEXT_TOKENS,
    maxTokens: OUTPUT_TOKENS,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  };
  return { baseUrl: versioned(call), apiKey: 'x', api: 'openai-completions', models: [model] };
}

function opencodeProvider(call: PeerCall): object {
  const limit = { context: CONTEXT_TOKENS, output: OUTPUT_TOKENS };
  return {
    npm: '@ai-sdk/openai-compatible',
    name: 'mock',
    options: { baseURL: versioned(call), apiKey: 'x' },
    models: { 'mock-model': { name: 'mock', tool_call: true, limit } },
  };
}
