import './action.css';
import type { Field } from '../../../src/told/step.ts';

/** A text before and after is shown as such. */
const TONES: Readonly<Record<string, string>> = { old: 'field-old', new: 'field-new' };

/** What an action was called with: a command as such, an edit's text before and after in their colours. */
export function ActionInput({ fields, tool }: { readonly fields: readonly Field[]; readonly tool: string }) {
  const command = tool === 'bash' ? fields.find(({ name }) => name === 'command') : undefined;
  const others = fields.filter((field) => field !== command);
  const short = others.filter(
    ({ value }) => !value.text.includes('\n') && value.text.length <= 120 && value.cut === 0,
  );
  const long = others.filter((field) => !short.includes(field));
  return (
    <div className="action-input">
      {command !== undefined && <pre className="command">{command.value.text}</pre>}
      {short.length > 0 && (
        <dl className="fields">
          {short.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={`mono ${TONES[name] ?? ''}`}>{value.text}</dd>
            </div>
          ))}
        </dl>
      )}
      {long.map(({ name, value }) => (
        <details key={name} className="field-long" open={value.text.length < 3000}>
          <summary>{name}</summary>
          <pre className={TONES[name] ?? ''}>{value.text}</pre>
          {value.cut > 0 && <p className="dim">{value.cut.toLocaleString('en-US')} characters more</p>}
        </details>
      ))}
    </div>
  );
}
