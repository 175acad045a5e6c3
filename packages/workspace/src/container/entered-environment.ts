import { ownerLine } from '../leftovers.ts';
import { DEFAULT_WORKSPACE_LIMITS } from '../limits.ts';
import { ContainerProcess } from './container-process.ts';
import { wallSettings } from './container-settings.ts';
import type { Engine } from './engine.ts';
import type { Image } from './image.ts';

/** A start-up file that takes longer waits for somebody to answer. */
const ENTER_MS = 15_000;
/** More is no environment. */
const MOST_BYTES = 2 ** 20;

/** Where toolchains are. What else a start-up file sets (prompts, colours, editors) is for people. */
const PLACES =
  /^(?:PATH|LD_LIBRARY_PATH|PYTHONPATH|NODE_PATH|VIRTUAL_ENV|JAVA_HOME|GOROOT|GOPATH|(?:CONDA|NVM|PYENV|RBENV|RUSTUP|CARGO|SDKMAN|DOTNET)_\w+)$/;

/** The home folder by the image's own list: ours is elsewhere, and holds no start-up files. */
const ENTER = `home=$(getent passwd "$(id -u)" | cut -d: -f6)
HOME=\${home:-/root} exec bash -ic 'printf "\\0entered\\0"; env -0' </dev/null 2>/dev/null`;

/**
 * What a person finds who enters an image: its bash's start-up files may choose a toolchain (`conda activate` in
 * images for testing), of which the image's own variables say nothing. Nothing, if they can't be asked.
 */
export async function enteredEnvironment(engine: Engine, image: Image): Promise<Record<string, string>> {
  try {
    const settings = wallSettings({
      engine,
      image,
      limits: DEFAULT_WORKSPACE_LIMITS,
      program: ['bash', '--norc', '--noprofile', '-c', ENTER],
      owner: ownerLine(),
      env: image.env,
      network: false,
    });
    return places(await said(await ContainerProcess.start(engine.docker, settings)));
  } catch {
    return {}; // the first command says what is wrong with the image
  }
}

async function said(entered: ContainerProcess): Promise<string> {
  let text = '';
  try {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ENTER_MS);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      entered.listen({
        output: (chunk) => {
          text += chunk.toString();
          if (text.length > MOST_BYTES) end();
        },
        complaint: () => {},
        closed: end,
      });
    });
  } finally {
    await entered.gone();
  }
  return text;
}

function places(text: string): Record<string, string> {
  const [, entries = ''] = text.split('\0entered\0');
  const named = entries.split('\0').map((entry) => [entry, entry.indexOf('=')] as const);
  return Object.fromEntries(
    named
      .filter(([entry, at]) => at > 0 && PLACES.test(entry.slice(0, at)))
      .map(([entry, at]) => [entry.slice(0, at), entry.slice(at + 1)]),
  );
}
