import { patchPath } from '../../../src/told/patch-path.ts';
import './versions.css';
import { useState } from 'react';
import type { TextChangeTold, TextPatchTold, VersionDiffTold } from '../../../src/told/version.ts';
import { useTold } from '../api.ts';
import { plural } from '../words.ts';
import { ValueChanges } from './value-changes.tsx';

/** Texts that are opened at once: of more, each by a click. */
const MOST_OPEN = 2;

/** What changed in configuration, prompts, code and data; texts line by line, prompts sentence by sentence. */
export function VersionDiff({ diff }: { readonly diff: VersionDiffTold }) {
  const { equal, prompts, files, config, data, uses } = diff;
  if (equal) return <p className="nothing">The very same version.</p>;
  const nothing = [prompts, files, config, data, uses].every(({ length }) => length === 0);
  return (
    <div className="version-diff">
      <p className="version-summary">
        <Part changes={config} what="configuration" one="key of the configuration" />
        <Part changes={prompts} what="prompts" one="prompt" />
        <Part changes={files} what="code" one="source file" />
        {data.length > 0 && <Part changes={data} what="data" one="data file" />}
        {nothing && 'the same parts in another order'}
      </p>
      <ValueChanges title="Configuration" changes={config} />
      {uses.length > 0 && (
        <section aria-label="Parts">
          <h3>Parts</h3>
          <ul className="uses-diff">
            {uses.map(({ kind, name, change }) => (
              <li key={`${kind} ${name}`}>
                <span
                  className={`badge badge-${change === 'added' ? 'good' : change === 'removed' ? 'bad' : 'plain'}`}
                >
                  {change}
                </span>{' '}
                <span className="dim">{kind}</span> <span className="mono">{name}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Texts title="Prompts" changes={prompts} prose />
      <Texts title="Code" changes={files} />
      <Texts title="Data" changes={data} />
    </div>
  );
}

function Part({
  changes,
  what,
  one,
}: {
  readonly changes: readonly unknown[];
  readonly what: string;
  readonly one: string;
}) {
  if (changes.length === 0) return <span className="badge">same {what}</span>;
  const many = one.replace(/^(\w+ ?file|\w+)/, '$1s');
  return (
    <span className="badge badge-warn">
      {plural(changes.length, one, many)} {changes.length === 1 ? 'differs' : 'differ'}
    </span>
  );
}

function Texts({
  title,
  changes,
  prose = false,
}: {
  readonly title: string;
  readonly changes: readonly TextChangeTold[];
  readonly prose?: boolean;
}) {
  if (changes.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>
        {title} <span className="dim">{plural(changes.length, 'text')}</span>
      </h3>
      {changes.map((change) => (
        <Text key={change.name} change={change} prose={prose} opened={changes.length <= MOST_OPEN} />
      ))}
    </section>
  );
}

function Text({
  change,
  prose,
  opened,
}: {
  readonly change: TextChangeTold;
  readonly prose: boolean;
  readonly opened: boolean;
}) {
  const [open, setOpen] = useState(opened);
  const { name, from, was, is } = change;
  const what = was === null ? 'added' : is === null ? 'removed' : was === is ? 'moved' : 'changed';
  return (
    <details className="text-change" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="mono">{name}</span>{' '}
        <span className="dim">
          {what}
          {from !== null && ` from ${from}`}
        </span>
      </summary>
      {open && <Patch change={change} prose={prose} />}
    </details>
  );
}

function Patch({ change, prose }: { readonly change: TextChangeTold; readonly prose: boolean }) {
  const { data, error } = useTold<TextPatchTold>(patchPath(change, prose));
  if (error !== null) return <p className="dim">{error.message}</p>;
  if (data === undefined) return <p className="dim">Comparing …</p>;
  if (data.patch === null) return <p className="dim">{data.problem}</p>;
  const lines = data.patch.split('\n').filter((line) => !/^(?:---|\+\+\+) /.test(line));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keys too
    <pre className="patch-lines" tabIndex={0}>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
        <span key={at} className={TONES[line[0] ?? ''] ?? ''}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

const TONES: Readonly<Record<string, string>> = { '+': 'line-added', '-': 'line-removed', '@': 'line-place' };
