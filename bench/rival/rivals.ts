/** A rival that npm has, told to ask a model of our own. */
export interface Rival {
  readonly name: string;
  readonly package: { readonly name: string; readonly version: string };
  readonly program: string;
  /** The rest of its entry in the configuration, for a model at `origin`. */
  entry(origin: string): object;
}

const CONTEXT_TOKENS = 200_000;
const OUTPUT_TOKENS = 8_192;

export const RIVALS: readonly Rival[] = [
  {
    name: 'claude-code',
    package: { name: '@agentclientprotocol/claude-agent-acp', version: '0.49.0' },
    program: 'claude-agent-acp',
    entry: (origin) => ({
      set: {
        ANTHROPIC_BASE_URL: origin,
        ANTHROPIC_API_KEY: 'x',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
        IS_SANDBOX: '1',
      },
    }),
  },
  {
    name: 'opencode',
    package: { name: 'opencode-ai', version: '1.18.33' },
    program: 'opencode acp',
    entry: (origin) => ({
      model: 'mock/mock-model',
      set: { OPENCODE_DISABLE_MODELS_FETCH: '1' },
      home: {
        '.config/opencode/opencode.json': {
          json: {
            autoupdate: false,
            model: '{model}',
            provider: {
              mock: {
                npm: '@ai-sdk/openai-compatible',
                name: 'mock',
                options: { baseURL: `${origin}/v1`, apiKey: 'x' },
                models: {
                  'mock-model': {
                    name: 'mock',
                    tool_call: true,
                    limit: { context: CONTEXT_TOKENS, output: OUTPUT_TOKENS },
                  },
                },
              },
            },
          },
        },
      },
    }),
  },
  {
    name: 'gemini-cli',
    package: { name: '@google/gemini-cli', version: '0.61.0' },
    program: 'gemini --acp --skip-trust',
    entry: (origin) => ({
      set: { GEMINI_API_KEY: 'x', GOOGLE_GEMINI_BASE_URL: origin },
      home: {
        '.gemini/settings.json': {
          json: {
            security: { auth: { selectedType: 'gemini-api-key' } },
            general: { disableAutoUpdate: true, disableUpdateNag: true },
            privacy: { usageStatisticsEnabled: false },
          },
        },
      },
    }),
  },
  {
    name: 'codex',
    package: { name: '@zed-industries/codex-acp', version: '0.16.0' },
    program: 'codex-acp',
    entry: (origin) => ({
      mode: 'full-access',
      set: { MOCK_KEY: 'x' },
      home: {
        '.codex/config.toml': `check_for_update_on_startup = false
model_provider = "mock"
model = "gpt-5.5"
[model_providers.mock]
name = "mock"
base_url = "${origin}/v1"
wire_api = "responses"
env_key = "MOCK_KEY"
`,
      },
    }),
  },
];
