import './prompt.css';
import { useState } from 'react';
import type { PromptMessage, PromptTold } from '../../../src/told/step.ts';
import { told } from '../api.ts';
import { count } from '../words.ts';

const STATES: Readonly<Record<PromptMessage['state'], string>> = {
  cached: 'cached',
  sent: 'sent before',
  new: 'new',
};

/** Messages of a prompt, each closed but for its first words. `whole`: where one can be had whole. */
export function PromptMessages({
  messages,
  whole,
  states = false,
}: {
  readonly messages: readonly PromptMessage[];
  readonly whole?: (index: number) => string;
  /** It is said which of them were cached. */
  readonly states?: boolean;
}) {
  return (
    <ol className="messages">
      {messages.map((message) => (
        <li key={message.index}>
          <Message
            message={message}
            states={states}
            {...(whole === undefined ? {} : { path: whole(message.index) })}
          />
        </li>
      ))}
    </ol>
  );
}

function Message({
  message,
  path,
  states,
}: {
  readonly message: PromptMessage;
  readonly path?: string;
  readonly states: boolean;
}) {
  const [full, setFull] = useState<PromptMessage | null>(null);
  const [open, setOpen] = useState(message.state === 'new' && states);
  const shown = full ?? message;
  const cut = shown.parts.reduce((sum, part) => sum + part.cut, 0);
  const first = message.parts.find(({ text }) => text.trim() !== '');
  return (
    <details
      className={`message message-${states ? message.state : 'sent'}`}
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <span className="message-role">{message.role}</span>
        <span className="message-first">
          {first === undefined
            ? ''
            : `${first.title === '' ? '' : `${first.title}: `}${first.text.slice(0, 200).replaceAll(/\u001b\[[0-9;]*m/g, '')}`}
        </span>
        <span className="message-facts">
          {message.step !== null && `step ${message.step} · `}≈ {count(message.tokens)} tokens
          {states && ` · ${STATES[message.state]}`}
        </span>
      </summary>
      {open &&
        shown.parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a message stay where they are.
          <div key={at} className={`message-part message-${part.kind}`}>
            {part.kind !== 'text' && (
              <span className="dim">
                {part.kind} {part.title}
              </span>
            )}
            <pre>{part.text}</pre>
          </div>
        ))}
      {open && cut > 0 && (
        <p className="output-more">
          {cut.toLocaleString('en-US')} characters more.{' '}
          {path !== undefined && (
            <button
              type="button"
              onClick={() => void told<PromptTold>(path).then(({ messages }) => setFull(messages[0] ?? null))}
            >
              Show the whole message
            </button>
          )}
        </p>
      )}
    </details>
  );
}
