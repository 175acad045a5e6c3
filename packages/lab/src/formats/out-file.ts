/** A file of an export; its content is made while it is written. */
export interface OutFile {
  /** Within the output folder, where an export has several files. */
  readonly path: string;
  readonly pieces: () => Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
}

/** A name as a part of a path: nothing in it leads out of the folder it is in. */
export function asPathPart(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9._@+-]+/g, '__').replace(/^\.+/, '_');
  return safe === '' ? '_' : safe;
}
