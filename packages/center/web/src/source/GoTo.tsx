import { useId, useLayoutEffect, useRef, type ReactNode, type SubmitEvent } from 'react';
import { source } from '../messages/source.ts';
import { parseRange, type LineRange } from './range.ts';

const text = source.goTo;

/** `l`: a line, or a range of lines. */
export function GoTo({
  onGo,
  onClose,
}: {
  readonly onGo: (range: LineRange) => void;
  readonly onClose: () => void;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const title = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const range = parseRange(`L${(input.current?.value ?? '').trim().replace(/^L/i, '')}`);
    onClose();
    if (range !== undefined) onGo(range);
  };
  return (
    <dialog ref={dialog} className="go-to" aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>{text.title}</h2>
      <form onSubmit={submit}>
        <label>
          {text.label}{' '}
          <input ref={input} autoFocus inputMode="numeric" pattern="[Ll]?[0-9]+(-[Ll]?[0-9]+)?" required />
        </label>
        <div className="toolbar">
          <button type="submit" className="primary">
            {text.go}
          </button>
          <button type="button" onClick={onClose}>
            {text.close}
          </button>
        </div>
      </form>
    </dialog>
  );
}
