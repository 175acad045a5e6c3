import 'react-diff-view/style/index.css';
import './patch.css';
import './terminal.css';
import { useMemo, useState } from 'react';
import { Diff, Hunk, parseDiff } from 'react-diff-view';
import { plural } from '../words.ts';
import { tokensOf } from './highlight.ts';

type File = ReturnType<typeof parseDiff>[number];

/** Beyond so many changed lines a file is closed at first. */
const MOST_OPEN_LINES = 600;

interface Sized {
  readonly file: File;
  readonly path: string;
  readonly added: number;
  readonly removed: number;
}

/** A git patch: what it changes in which files, and each change. */
export function PatchView({ patch, left = 0 }: { readonly patch: string; readonly left?: number }) {
  const [split, setSplit] = useState(false);
  const files = useMemo(() => filesOf(patch), [patch]);
  const sum = (of: (file: Sized) => number) => (files ?? []).reduce((total, file) => total + of(file), 0);
  // An agent may hand in what is no patch at all.
  if (files === null) return <pre className="terminal">{patch}</pre>;
  return (
    <div className="patch">
      <div className="patch-head">
        <span>
          {plural(files.length, 'file')}, <span className="tone-good">+{sum(({ added }) => added)}</span>{' '}
          <span className="tone-bad">−{sum(({ removed }) => removed)}</span>
        </span>
        <label>
          <input type="checkbox" checked={split} onChange={() => setSplit(!split)} /> side by side
        </label>
        <button type="button" onClick={() => void navigator.clipboard.writeText(patch)}>
          Copy
        </button>
      </div>
      {files.length > 1 && (
        <ul className="patch-files">
          {files.map(({ path, added, removed, file }) => (
            <li key={path}>
              <a href={`#${anchorOf(path)}`} onClick={(event) => jump(event, path)} className="mono">
                {path}
              </a>
              <span className="dim">{WORDS[file.type] ?? ''}</span>
              <Size added={added} removed={removed} />
            </li>
          ))}
        </ul>
      )}
      {files.map((each) => (
        <FileDiff key={each.path} {...each} split={split} />
      ))}
      {left > 0 && (
        <p className="dim">{plural(left, 'more file')}: the patch is too long to show all of it here.</p>
      )}
    </div>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  add: 'new',
  delete: 'deleted',
  rename: 'renamed',
  copy: 'copied',
};

/** Null: it cannot be read as one. */
function filesOf(patch: string): Sized[] | null {
  try {
    return parseDiff(patch).map(sized);
  } catch {
    return null;
  }
}

function sized(file: File): Sized {
  const changes = file.hunks.flatMap((hunk) => hunk.changes);
  return {
    file,
    path: file.type === 'delete' ? file.oldPath : file.newPath,
    added: changes.filter(({ type }) => type === 'insert').length,
    removed: changes.filter(({ type }) => type === 'delete').length,
  };
}

function FileDiff({ file, path, added, removed, split }: Sized & { readonly split: boolean }) {
  const [open, setOpen] = useState(added + removed <= MOST_OPEN_LINES);
  const tokens = useMemo(() => (open ? tokensOf(file.hunks, path) : null), [file, path, open]);
  const renamed = file.type === 'rename' && file.oldPath !== file.newPath;
  return (
    <details
      className="patch-file"
      id={anchorOf(path)}
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <span className="mono">{renamed ? `${file.oldPath} → ${path}` : path}</span>
        <span className="dim">{WORDS[file.type] ?? ''}</span>
        <Size added={added} removed={removed} />
      </summary>
      {open &&
        (file.isBinary || file.hunks.length === 0 ? (
          <p className="dim patch-binary">{file.isBinary ? 'a binary file' : 'no change of lines'}</p>
        ) : (
          <div className="patch-scroll">
            <Diff
              viewType={split ? 'split' : 'unified'}
              diffType={file.type}
              hunks={file.hunks}
              tokens={tokens}
            >
              {(hunks) => hunks.map((hunk) => <Hunk key={hunk.content} hunk={hunk} />)}
            </Diff>
          </div>
        ))}
    </details>
  );
}

function Size({ added, removed }: { readonly added: number; readonly removed: number }) {
  return (
    <span className="patch-size">
      <span className="tone-good">+{added}</span> <span className="tone-bad">−{removed}</span>
    </span>
  );
}

function anchorOf(path: string): string {
  return `file-${encodeURIComponent(path)}`;
}

/** The address stays: it says which rollout and step this is. */
function jump(event: React.MouseEvent, path: string): void {
  event.preventDefault();
  document.getElementById(anchorOf(path))?.scrollIntoView({ block: 'start' });
}
