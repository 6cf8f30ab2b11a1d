// A state in a word and a sign; the colour only repeats it.

import type { ReactNode } from 'react';

export type Mark = 'ok' | 'bad' | 'warn' | 'wait' | 'none' | 'info';

const signs: Readonly<Record<Mark, string>> = {
  ok: 'M3 8.5 6.5 12 13 4.5',
  bad: 'M4 4l8 8M12 4l-8 8',
  warn: 'M8 3v6M8 12v1',
  wait: 'M8 4v4l3 2',
  none: 'M4 8h8',
  info: 'M8 7v5M8 4v1',
};

export function Sign({ mark }: { readonly mark: Mark }): ReactNode {
  return (
    <svg className={`sign sign-${mark}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={signs[mark]} />
    </svg>
  );
}

export function Status({ mark, children }: { readonly mark: Mark; readonly children: ReactNode }): ReactNode {
  return (
    <span className={`status status-${mark}`}>
      <Sign mark={mark} />
      <span>{children}</span>
    </span>
  );
}
