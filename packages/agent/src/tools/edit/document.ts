import { digestOf, ModelFacingError } from '@heddle/core';
import type { ToolContext } from '../../tool.ts';
import { readNotebook } from './notebook.ts';
import { tidyPath } from './paths.ts';
import { decodeText, encode } from './text-file.ts';

/** A file as a model sees and edits it. */
export interface Document {
  readonly path: string;
  readonly bytes: Buffer;
  /** Text with the file's own line ends; of a notebook its cells' sources. */
  readonly text: string;
  /** What it is beyond plain UTF-8 text, for the model; empty if nothing. */
  readonly remark: string;
  readonly notebook: boolean;
  /** The file's bytes with another text. Throws ModelFacingError where it can't be written so. */
  encode(text: string): Buffer;
}

/** Throws ModelFacingError: `no-such-file`, `is-directory`, `not-text`, `file-too-large`… */
export async function openDocument({ workspace }: ToolContext, path: string): Promise<Document> {
  return documentOf(path, await workspace.files.read(path));
}

export async function documentOf(path: string, bytes: Buffer): Promise<Document> {
  const file = decodeText(path, bytes);
  const notebook = path.endsWith('.ipynb') ? await readNotebook(path, file.text) : null;
  const marked = file.mark ? ' with a byte order mark' : '';
  return {
    path,
    bytes,
    text: notebook?.text ?? file.text,
    remark: [
      file.encoding === 'utf-8' && !file.mark ? '' : `${file.encoding}${marked}`,
      notebook === null ? '' : 'notebook: the sources of its cells',
    ]
      .filter(Boolean)
      .join(', '),
    notebook: notebook !== null,
    encode: (text) => encode(notebook === null ? text : notebook.withText(text), path, file),
  };
}

/**
 * Refuses a file that is not as the model last saw it here: what it writes goes by lines that may be others now. A
 * file it never saw here is no such case.
 */
export function refuseStale({ view, workspace }: ToolContext, { path, bytes }: Document): void {
  const seen = view.seen?.get(tidyPath(path, workspace.root));
  if (seen === undefined || seen === digestOf(bytes)) return;
  throw new ModelFacingError(
    'stale',
    `${path} has changed since you last saw it (by a command or another program). Nothing was changed. View it again, then repeat the edit.`,
  );
}
