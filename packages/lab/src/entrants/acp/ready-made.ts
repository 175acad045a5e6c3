import type { AcpEntry } from '../peer/peer-entry.ts';

/** A rival that is known here: how it is had, and how it is run in a box where nobody is asked. */
export interface ReadyMade {
  readonly title: string;
  /** Said where its program is missing. */
  readonly install: string;
  /** `model`: `provider/model`; without one it takes its own default. */
  entry(model: string | undefined): AcpEntry;
}

/** Where providers are asked, and the variable that has their key. */
const PROVIDERS: Readonly<Record<string, { readonly host: string; readonly key: string }>> = {
  anthropic: { host: 'api.anthropic.com', key: 'ANTHROPIC_API_KEY' },
  openai: { host: 'api.openai.com', key: 'OPENAI_API_KEY' },
  google: { host: 'generativelanguage.googleapis.com', key: 'GOOGLE_GENERATIVE_AI_API_KEY' },
  openrouter: { host: 'openrouter.ai', key: 'OPENROUTER_API_KEY' },
};

/**
 * Data, as of November 2026: another release may want other words, and an entry of the same name in the configuration
 * goes before. In each the rival's own questions and walls are off: the box is the wall.
 */
export const READY_MADE: Readonly<Record<string, ReadyMade>> = {
  'claude-code': {
    title: 'Claude Code',
    install: 'npm install -g @agentclientprotocol/claude-agent-acp',
    entry: (model) => ({
      command: ['claude-agent-acp'],
      env: ['ANTHROPIC_API_KEY'],
      set: {
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
        // It asks root for this word before it works without approvals.
        IS_SANDBOX: '1',
        ...(model === undefined ? {} : { ANTHROPIC_MODEL: '{model_name}' }),
      },
      allow: ['api.anthropic.com'],
      ...named(model),
    }),
  },
  codex: {
    title: 'Codex',
    install: 'npm install -g @zed-industries/codex-acp',
    entry: (model) => ({
      command: ['codex-acp', ...(model === undefined ? [] : ['-c', 'model="{model_name}"'])],
      env: ['OPENAI_API_KEY'],
      auth: 'openai-api-key',
      // Its own sandbox does not start inside another.
      mode: 'full-access',
      allow: ['api.openai.com'],
      ...named(model),
    }),
  },
  'gemini-cli': {
    title: 'Gemini CLI',
    install: 'npm install -g @google/gemini-cli',
    entry: (model) => ({
      command: [
        'gemini',
        '--acp',
        '--skip-trust',
        ...(model === undefined ? [] : ['--model', '{model_name}']),
      ],
      env: ['GEMINI_API_KEY'],
      home: {
        '.gemini/settings.json': {
          json: {
            security: { auth: { selectedType: 'gemini-api-key' } },
            general: { disableAutoUpdate: true, disableUpdateNag: true },
            privacy: { usageStatisticsEnabled: false },
          },
        },
      },
      allow: ['generativelanguage.googleapis.com'],
      ...named(model),
    }),
  },
  opencode: {
    title: 'opencode',
    install: 'npm install -g opencode-ai',
    entry: (model = 'anthropic/claude-sonnet-4-5') => {
      const provider = PROVIDERS[model.slice(0, model.indexOf('/'))];
      return {
        command: ['opencode', 'acp'],
        ...(provider === undefined ? {} : { env: [provider.key], allow: [provider.host] }),
        // Without it the start waits for a list of models from the network.
        set: { OPENCODE_DISABLE_MODELS_FETCH: '1' },
        home: {
          '.config/opencode/opencode.json': {
            json: { autoupdate: false, share: 'disabled', model: '{model}' },
          },
        },
        model,
      };
    },
  },
};

function named(model: string | undefined): Pick<AcpEntry, 'model'> {
  return model === undefined ? {} : { model };
}
