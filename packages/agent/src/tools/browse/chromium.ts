import { ModelFacingError } from '@heddle/core';
import type { SpawnedProcess, Workspace } from '@heddle/workspace';
import type { Browser, ConnectOverCDPTransport } from 'playwright-core';
import { quote } from '../attempt/quote.ts';

/** A browser that is not up by then does not start here. */
const START_MS = 30_000;
/** Longest message of a browser: a screenshot of a long page fits. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Exit code of the search when nothing was found. */
const NONE = 97;

/** Names and places of Chromium and its kin, the plainest first. */
const BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
  '/opt/google/chrome/chrome',
  '/opt/microsoft/msedge/msedge',
  '/snap/bin/chromium',
];

/**
 * `--no-sandbox`: its own walls need namespaces, which the sandbox that it runs in does not give; that one is the wall.
 * The rest keeps it quiet, alone and the same from run to run.
 */
const ARGUMENTS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  // A page that is brought back from it never says that it has loaded.
  '--disable-back-forward-cache',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-features=Translate,MediaRouter,OptimizationHints',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  '--mute-audio',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-service-autorun',
  '--password-store=basic',
  '--window-size=1280,800',
];

/** Names that lead to the box itself; with the network closed the browser knows no others, whatever a page asks for. */
const LOCAL_ONLY =
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1';

/** A browser inside a workspace's sandbox, where the servers are that it is to look at. */
export interface Chromium {
  readonly browser: Browser;
  readonly process: SpawnedProcess;
}

/** Throws ModelFacingError `no-browser`, `browser-failed`. */
export async function startChromium(
  workspace: Workspace,
  { network, signal }: { readonly network: boolean; readonly signal: AbortSignal },
): Promise<Chromium> {
  const { chromium } = await import('playwright-core');
  const named = [process.env.HEDDLE_BROWSER, process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH].filter(Boolean);
  const args = [...ARGUMENTS, ...(network ? [] : [LOCAL_ONLY])].map(quote).join(' ');
  const spawned = await workspace.spawn(
    `for name in ${[...(named as string[]), ...BROWSERS].map(quote).join(' ')}; do browser=$(command -v "$name") && break; done
[ -n "$browser" ] || exit ${NONE}
folder=$(mktemp -d) || exit
exec "$browser" ${args} --user-data-dir="$folder" about:blank 3<&0 4>&1 0</dev/null 1>&2`,
  );
  let said = '';
  spawned.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const abort = () => void spawned.kill();
  signal.addEventListener('abort', abort);
  const ended = spawned.exited.then(({ exitCode }) => exitCode);
  try {
    const connecting = chromium.connectOverCDP(new PipeTransport(spawned), { timeout: START_MS });
    const lost = ended.then(() => null);
    const browser = await Promise.race([connecting, lost]);
    if (browser !== null) return { browser, process: spawned };
    connecting.catch(() => {}); // told below
  } catch (error) {
    said = said.trim() === '' ? (error as Error).message : said;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  await spawned.kill();
  signal.throwIfAborted();
  throw (await ended) === NONE ? noBrowser(named.length > 0) : failed(said);
}

function noBrowser(named: boolean): ModelFacingError {
  const hint = named ? ' HEDDLE_BROWSER names one that cannot be run inside the sandbox.' : '';
  return new ModelFacingError(
    'no-browser',
    `There is no Chromium here, and only whoever runs Heddle can install one (apt install chromium, or HEDDLE_BROWSER=/path).${hint} Check the app without it: action fetch, or tests.`,
  );
}

function failed(said: string): ModelFacingError {
  const why = said.trim().split('\n').at(-1) ?? '';
  return new ModelFacingError(
    'browser-failed',
    `The browser did not start (${why || 'it said nothing'}). Check the app without it: action fetch, or tests.`,
  );
}

/** What a browser says and is told over its two pipes: JSON messages that end in a NUL. */
class PipeTransport implements ConnectOverCDPTransport {
  onmessage?: (message: object) => void;
  onclose?: (reason?: string) => void;
  readonly #process: SpawnedProcess;
  #received: Buffer[] = [];
  #bytes = 0;

  constructor(spawned: SpawnedProcess) {
    this.#process = spawned;
    spawned.stdout.on('data', (chunk: Buffer) => this.#hear(chunk));
    void spawned.exited.then(() => this.onclose?.('the browser ended'));
  }

  send(message: object): void {
    this.#process.stdin.write(`${JSON.stringify(message)}\0`);
  }

  close(): void {
    void this.#process.kill();
  }

  #hear(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const text = Buffer.concat([...this.#received, rest.subarray(0, end)]).toString();
      this.#received = [];
      this.#bytes = 0;
      rest = rest.subarray(end + 1);
      this.#tell(text);
    }
    this.#received.push(rest);
    this.#bytes += rest.length;
    if (this.#bytes > MAX_MESSAGE_BYTES) this.close();
  }

  #tell(text: string): void {
    try {
      this.onmessage?.(JSON.parse(text));
    } catch {
      this.close(); // no browser speaks like that
    }
  }
}
