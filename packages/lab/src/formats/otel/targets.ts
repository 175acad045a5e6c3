import { EXIT, OperatorError } from '@heddle/core';

/** Where spans go. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** OpenInference names too. */
  readonly openInference: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Preset {
  readonly about: string;
  target(env: Environment): Target;
}

const PRESETS: Readonly<Record<string, Preset>> = {
  weave: {
    about: 'WANDB_API_KEY, and the project as WANDB_PROJECT=entity/project',
    target: (env) => ({
      url: `${env.WF_TRACE_SERVER_URL ?? 'https://trace.wandb.ai'}/agents/otel/v1/traces`,
      headers: {
        Authorization: basic('api', needed(env, 'weave', 'WANDB_API_KEY')),
        project_id: needed(env, 'weave', 'WANDB_PROJECT'),
      },
      openInference: false,
    }),
  },
  langfuse: {
    about: 'LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY, LANGFUSE_HOST (default https://cloud.langfuse.com)',
    target: (env) => ({
      url: `${env.LANGFUSE_HOST ?? 'https://cloud.langfuse.com'}/api/public/otel/v1/traces`,
      headers: {
        Authorization: basic(
          needed(env, 'langfuse', 'LANGFUSE_PUBLIC_KEY'),
          needed(env, 'langfuse', 'LANGFUSE_SECRET_KEY'),
        ),
      },
      openInference: false,
    }),
  },
  phoenix: {
    about:
      'PHOENIX_COLLECTOR_ENDPOINT (default http://localhost:6006), PHOENIX_API_KEY where it asks for one',
    target: (env) => ({
      url: `${env.PHOENIX_COLLECTOR_ENDPOINT ?? 'http://localhost:6006'}/v1/traces`,
      headers: bearer(env.PHOENIX_API_KEY),
      openInference: true,
    }),
  },
  jaeger: {
    about: 'OTEL_EXPORTER_OTLP_ENDPOINT (default http://localhost:4318)',
    target: (env) => ({
      url: `${env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318'}/v1/traces`,
      headers: {},
      openInference: false,
    }),
  },
};

/**
 * Where `--to` points: one of the names, or an address. A path is added to an address that has none.
 *
 * Throws OperatorError `bad-target`, `no-credentials`, `bad-header`.
 */
export function targetOf(to: string, headers: readonly string[], env: Environment = process.env): Target {
  const preset = Object.hasOwn(PRESETS, to) ? PRESETS[to] : undefined;
  const target = preset === undefined ? byAddress(to) : preset.target(env);
  return { ...target, headers: { ...target.headers, ...Object.fromEntries(headers.map(headerOf)) } };
}

function byAddress(to: string): Target {
  const url = URL.parse(to);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new OperatorError('bad-target', `${to} is no address`, {
      hint: `an http address, or one of ${Object.keys(PRESETS).join(', ')}`,
      exitCode: EXIT.usage,
    });
  }
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return { url: url.href, headers: {}, openInference: false };
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([\w-]+)\s*[:=]\s*(.*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new OperatorError('bad-header', 'a --header is NAME=VALUE', { exitCode: EXIT.usage });
}

function needed(env: Environment, preset: string, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new OperatorError('no-credentials', `${preset} needs ${name}, which is not set`, {
    hint: `set in the environment: ${PRESETS[preset]!.about}`,
    exitCode: EXIT.usage,
  });
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function bearer(key: string | undefined): Record<string, string> {
  return key === undefined || key === '' ? {} : { Authorization: `Bearer ${key}` };
}
