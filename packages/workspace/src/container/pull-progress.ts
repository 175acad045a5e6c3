import * as z from 'zod/mini';

/** Some lines a second are enough for an eye. */
const TELL_MS = 500;
const MB = 1_000_000;

const eventSchema = z.object({
  id: z.optional(z.string()),
  status: z.optional(z.string()),
  error: z.optional(z.string()),
  progressDetail: z.optional(
    z.nullable(z.object({ current: z.optional(z.number()), total: z.optional(z.number()) })),
  ),
});

/** Sums up what an engine says of each layer while it fetches an image. */
export class PullProgress {
  readonly #name: string;
  readonly #tell: (line: string) => void;
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();
  #told = Number.NEGATIVE_INFINITY;

  constructor(name: string, tell: (line: string) => void) {
    this.#name = name;
    this.#tell = tell;
  }

  /** One line of JSON. Returns what went wrong, if it says that something did. */
  take(line: string): string | null {
    const parsed = z.safeParse(eventSchema, jsonOf(line));
    if (!parsed.success) return null;
    const { id, status = '', error, progressDetail } = parsed.data;
    if (error !== undefined) return error;
    const { current, total } = progressDetail ?? {};
    // Unpacking counts from the beginning once more.
    if (id !== undefined && status === 'Downloading' && current !== undefined)
      this.#layers.set(id, { current, total: total ?? current });
    if (performance.now() - this.#told >= TELL_MS) {
      this.#told = performance.now();
      this.#tell(this.#line());
    }
    return null;
  }

  #line(): string {
    let [current, total] = [0, 0];
    for (const layer of this.#layers.values()) {
      current += layer.current;
      total += layer.total;
    }
    const amount = total === 0 ? '' : `: ${Math.round(current / MB)} of ${Math.round(total / MB)} MB`;
    return `pulling ${this.#name}${amount}`;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
