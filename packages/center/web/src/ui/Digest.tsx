import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Copy } from './Copy.tsx';

/** A hex digest: its beginning, all of it on hover and by the button. `to`: what it leads to. */
export function Digest({
  value,
  to,
  whole = false,
}: {
  readonly value: string;
  readonly to?: string;
  readonly whole?: boolean;
}): ReactNode {
  const code = <code title={value}>{whole ? value : `${value.slice(0, 12)}…`}</code>;
  return (
    <span className="digest">
      {to === undefined ? code : <Link to={to}>{code}</Link>}
      <Copy text={value} />
    </span>
  );
}
