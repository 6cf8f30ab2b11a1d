// One row of a comparison: what is the same, what went, what came, and what is left out between them.

import type { ReactNode } from 'react';
import { source } from '../../messages/source.ts';
import { Text } from '../code/Text.tsx';
import type { Opened, Row, Side } from './rows.ts';

const text = source.compare;

/** The style sheet has the same. */
export const gapHeight: number = 30;
const step = 20;

export function Gap({
  row: { id, hidden, place },
  onOpen,
}: {
  readonly row: Extract<Row, { kind: 'gap' }>;
  readonly onOpen: (id: string, more: Partial<Opened>) => void;
}): ReactNode {
  const few = Math.min(step, hidden);
  return (
    <div className="gap">
      <span>{text.gap(hidden)}</span>
      {place === 'top' || hidden <= step ? null : (
        <button type="button" onClick={() => onOpen(id, { above: few })}>
          ↓ {text.more(few)}
        </button>
      )}
      {place === 'bottom' || hidden <= step ? null : (
        <button type="button" onClick={() => onOpen(id, { below: few })}>
          ↑ {text.more(few)}
        </button>
      )}
      <button
        type="button"
        onClick={() => onOpen(id, place === 'top' ? { below: hidden } : { above: hidden })}
      >
        {text.whole}
      </button>
    </div>
  );
}

interface RowProps {
  readonly row: Exclude<Row, { kind: 'gap' }>;
  readonly tokensOf: (side: 'from' | 'to', line: number) => readonly number[] | undefined;
  readonly current: boolean;
}

export function UnifiedRow({ row, tokensOf, current }: RowProps): ReactNode {
  const from = 'from' in row ? row.from : undefined;
  const to = 'to' in row ? row.to : undefined;
  const kind = row.kind === 'removed' || row.kind === 'added' ? row.kind : 'same';
  const side = kind === 'removed' ? from : to;
  if (side === undefined) return null;
  return (
    <div className={`line line-${kind} ${current ? 'line-current' : ''}`}>
      <Number line={from?.line} />
      <Number line={to?.line} />
      <Sign kind={kind} />
      <Code side={side} tokens={tokensOf(kind === 'removed' ? 'from' : 'to', side.line)} />
    </div>
  );
}

export function SplitRow({ row, tokensOf, current }: RowProps): ReactNode {
  const from = 'from' in row ? row.from : undefined;
  const to = 'to' in row ? row.to : undefined;
  const same = row.kind === 'same';
  const half = (side: Side | undefined, which: 'from' | 'to'): ReactNode => {
    const kind = same ? 'same' : side === undefined ? 'none' : which === 'from' ? 'removed' : 'added';
    return (
      <div className={`half line line-${kind} ${current ? 'line-current' : ''}`}>
        <Number line={side?.line} />
        <Sign kind={kind} />
        {side === undefined ? (
          <code className="line-text" />
        ) : (
          <Code side={side} tokens={tokensOf(which, side.line)} />
        )}
      </div>
    );
  };
  return (
    <div className="halves">
      {half(from, 'from')}
      {half(to, 'to')}
    </div>
  );
}

function Number({ line }: { readonly line: number | undefined }): ReactNode {
  return <span className="line-number">{line ?? ''}</span>;
}

const signs = { removed: '−', added: '+', same: '', none: '' } as const;
const words = { removed: text.removedLine, added: text.addedLine, same: '', none: '' } as const;

function Sign({ kind }: { readonly kind: keyof typeof signs }): ReactNode {
  return (
    <span className="line-sign">
      <span aria-hidden="true">{signs[kind]}</span>
      {words[kind] === '' ? null : <span className="visually-hidden">{words[kind]}</span>}
    </span>
  );
}

function Code({
  side,
  tokens,
}: {
  readonly side: Side;
  readonly tokens: readonly number[] | undefined;
}): ReactNode {
  return (
    <code className="line-text" dir="ltr">
      <Text text={side.text} tokens={tokens} ranges={side.ranges} />
    </code>
  );
}
