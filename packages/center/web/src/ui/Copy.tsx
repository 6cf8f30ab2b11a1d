import { useState, type ReactNode } from 'react';
import { common } from '../messages/common.ts';

export function Copy({ text, label }: { readonly text: string; readonly label?: string }): ReactNode {
  const [said, setSaid] = useState<string>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(common.copy.copied);
    } catch {
      setSaid(common.copy.failed);
    }
    setTimeout(() => setSaid(undefined), 2_000);
  };
  return (
    <button
      type="button"
      className="copy"
      onClick={() => void copy()}
      aria-label={`${common.copy.copy} ${label ?? text}`}
    >
      <span aria-live="polite">{said ?? common.copy.copy}</span>
    </button>
  );
}

/** A command to be copied as it is. */
export function Command({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="command">
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <Copy text={text} label="" />
    </div>
  );
}
