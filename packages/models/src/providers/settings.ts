/** What a provider's loader gets. A loader is a file of its own so that its package is imported only when used. */
export interface ProviderSettings {
  readonly provider: string;
  readonly model: string;
  readonly apiKey: string;
  /** Undefined: the provider's own. */
  readonly baseURL: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
}
