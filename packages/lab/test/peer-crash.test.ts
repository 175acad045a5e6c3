import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AttemptContext, AttemptJob, Entrant } from '../src/entrant.ts';
import { acpEntrant } from '../src/entrants/acp/entrant.ts';
import { commandEntrant } from '../src/entrants/command/entrant.ts';
import type { AcpEntry, CommandEntry } from '../src/entrants/peer/peer-entry.ts';
import { contextOf, eventsOf, HEDDLE, jobOf } from './entrant-support.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const acp = (behaviour: string): AcpEntry => ({
  command: [process.execPath, fixture('acp-agent.ts'), behaviour],
  shown: [HEDDLE],
});
/** Its first run never ends; one that finds what the first has left does. */
const command: CommandEntry = {
  command:
    'if [ -e first.txt ]; then grep -c interrupted {task_file} >second.txt; else echo one >first.txt; echo began; sleep 600; fi',
};

const typesOf = (context: AttemptContext, rollout: string) =>
  eventsOf(context, rollout).map(({ type }) => type);

interface Case {
  readonly kind: 'acp' | 'command';
  readonly entry: AcpEntry | CommandEntry;
  readonly entrant: Entrant;
}

/** Begins in a process of its own and kills that once `seen` is in the journal. */
async function killedAt(seen: string, { kind, entry }: Case, job: AttemptJob, context: AttemptContext) {
  const told = JSON.stringify({
    kind,
    entry,
    job,
    home: context.home,
    journal: join(context.home, 'journal.db'),
  });
  const child = spawn(process.execPath, [fixture('attempt-child.ts'), told], {
    stdio: ['ignore', 'ignore', 2],
  });
  const ended = once(child, 'exit');
  while (!isTold(typesOf(context, job.rollout), seen, kind)) {
    if (child.exitCode !== null) throw new Error('it ended before it was killed');
    await setTimeout(20);
  }
  child.kill('SIGKILL');
  await ended;
}

/**
 * Not between an agent's change and the word that its call has ended, which follows at once. A command line is one call from
 * its beginning to its end.
 */
function isTold(types: readonly string[], seen: string, kind: Case['kind']): boolean {
  const count = (wanted: string) => types.filter((type) => type === wanted).length;
  const within = kind === 'acp' && count('peer.called') > count('peer.returned');
  return count(seen) > 0 && !within;
}

const cases = {
  resumes: { kind: 'acp', entry: acp('resumes'), entrant: acpEntrant('acp:fixture', acp('resumes')) },
  forgets: { kind: 'acp', entry: acp('forgets'), entrant: acpEntrant('acp:fixture', acp('forgets')) },
  command: { kind: 'command', entry: command, entrant: commandEntrant('command:fixture', command) },
} as const satisfies Record<string, Case>;

describe('an attempt of a foreign program whose process was killed', () => {
  it('goes on with its session where the program can load it', async () => {
    const [job, context] = [jobOf(), contextOf()];
    await killedAt('peer.changed', cases.resumes, job, context);
    const end = await cases.resumes.entrant.attempt(job, context);
    expect(end).toMatchObject({ status: 'unverified', infra: null });
    expect(end.patch).toContain('let i = 0');
    expect(end.patch).toContain('second.txt');
    const events = eventsOf(context, job.rollout);
    const again = events.slice(events.findIndex(({ type }) => type === 'rollout.resumed'));
    expect(again.map(({ type }) => type)).toEqual([
      'rollout.resumed',
      'workspace.restored',
      'peer.started',
      'peer.said',
      'peer.changed',
      'peer.completed',
      'rollout.completed',
    ]);
    expect(again[2]).toMatchObject({ how: 'loaded', session: 'session-1' });
    // What it tells of its past while it loads is in the journal already.
    expect(again[3]).toMatchObject({ text: 'I go on: as before' });
  }, 60_000);

  it('begins anew with the files as they were where it cannot, and both are told', async () => {
    const [job, context] = [jobOf(), contextOf()];
    await killedAt('peer.changed', cases.forgets, job, context);
    const end = await cases.forgets.entrant.attempt(job, context);
    expect(end.patch).toContain('let i = 0');
    const started = eventsOf(context, job.rollout).filter((event) => event.type === 'peer.started');
    expect(started).toMatchObject([{ how: 'new' }, { how: 'anew', why: 'it cannot load a session' }]);
    expect(JSON.stringify(eventsOf(context, job.rollout))).toContain('I go on: anew');
  }, 60_000);

  it('runs a command line once more, where its files are', async () => {
    const [job, context] = [jobOf(), contextOf()];
    await killedAt('peer.changed', cases.command, job, context);
    const end = await cases.command.entrant.attempt(job, context);
    expect(end.patch).toContain('second.txt');
    const events = eventsOf(context, job.rollout);
    expect(events.filter((event) => event.type === 'peer.returned')).toMatchObject([
      { outcome: 'interrupted' },
      { outcome: 'ok' },
    ]);
  }, 60_000);

  it('is read from its journal once it has ended: nothing is run again', async () => {
    const [job, context] = [jobOf(), contextOf()];
    const solve = acpEntrant('acp:fixture', acp('solve'));
    const end = await solve.attempt(job, context);
    const before = typesOf(context, job.rollout);
    expect(await solve.attempt(job, context)).toEqual(end);
    expect(typesOf(context, job.rollout)).toEqual(before);
  });
});

describe('an attempt of a foreign program that is stopped', () => {
  it('is paused with its work so far, and goes on when it is asked for again', async () => {
    const stop = new AbortController();
    const context = contextOf();
    const job = jobOf();
    const observer = {
      event({ event }: { event: { type: string } }) {
        if (event.type === 'peer.changed') stop.abort(new Error('that is enough'));
      },
    };
    const asked = cases.resumes.entrant.attempt(job, { ...context, signal: stop.signal, observer });
    await expect(asked).rejects.toThrow('that is enough');
    expect(typesOf(context, job.rollout).slice(-2)).toEqual(['peer.completed', 'rollout.paused']);
    const end = await cases.resumes.entrant.attempt(job, context);
    expect(end.status).toBe('unverified');
    expect(end.patch).toContain('second.txt');
  }, 60_000);
});
