// A predicate as fields that can be read: digests lead somewhere, times are times, nothing is left out.

import { Link } from '@tanstack/react-router';
import { createContext, useContext, type ReactNode } from 'react';
import type { DigestLinks } from '../../../src/contract/log.ts';
import { log } from '../messages/log.ts';
import { Copy } from '../ui/Copy.tsx';
import { Time } from '../ui/Time.tsx';

/** Undefined where the page does not know where digests lead: then each leads to a search. */
const LinksContext = createContext<ReadonlyMap<string, DigestLinks> | undefined>(undefined);

export function Links({
  links,
  children,
}: {
  readonly links: readonly DigestLinks[];
  readonly children: ReactNode;
}): ReactNode {
  return <LinksContext value={new Map(links.map((one) => [one.sha256, one]))}>{children}</LinksContext>;
}

/** A digest that leads to its page, or else to the entries that name it. */
export function LinkedDigest({ value }: { readonly value: string }): ReactNode {
  const known = useContext(LinksContext);
  const links = known?.get(value);
  const code = <code title={value}>{value.slice(0, 16)}…</code>;
  return (
    <span className="digest">
      {links?.page !== undefined && links.page !== null ? (
        <Link to={links.page}>{code}</Link>
      ) : known === undefined || (links?.mentioned ?? 0) > 0 ? (
        <Link to="/log" search={{ q: value }}>
          {code}
        </Link>
      ) : (
        code
      )}
      <Copy text={value} />
    </span>
  );
}

const hex = /^[0-9a-f]{64}$/;
const moment = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;
const mostShown = 400;

interface Leaf {
  readonly path: readonly string[];
  readonly value: string | number | boolean | null;
}

/** Every value with the names that lead to it: one line each reads better than boxes in boxes. */
function* leaves(value: unknown, path: readonly string[] = []): Generator<Leaf> {
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    if (members.length === 0) yield { path, value: null };
    for (const [name, member] of members)
      yield* leaves(member, [...path, Array.isArray(value) ? String(Number(name) + 1) : name]);
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    yield { path, value };
  else yield { path, value: null };
}

/** Members have the names that the format gives them: they are what the specification explains. */
export function Value({ value }: { readonly value: unknown }): ReactNode {
  const all = [...leaves(value)];
  return (
    <dl className="value">
      {all.slice(0, mostShown).map(({ path, value: leaf }) => (
        <div key={path.join('\n')}>
          <dt>
            <bdi>
              {path.slice(0, -1).map((name, at) => (
                <span key={at} className="muted">
                  {short(name)}
                  {' › '}
                </span>
              ))}
              {short(path.at(-1) ?? '')}
            </bdi>
          </dt>
          <dd>
            <LeafValue value={leaf} />
          </dd>
        </div>
      ))}
      {all.length > mostShown ? (
        <div>
          <dt />
          <dd>{log.entry.more(all.length - mostShown)}</dd>
        </div>
      ) : null}
    </dl>
  );
}

function short(name: string): string {
  return hex.test(name) ? `${name.slice(0, 16)}…` : name;
}

function LeafValue({ value }: { readonly value: Leaf['value'] }): ReactNode {
  if (value === null) return <span className="muted">{log.entry.absent}</span>;
  if (typeof value === 'boolean') return value ? log.entry.yes : log.entry.no;
  if (typeof value === 'number') return String(value);
  if (hex.test(value)) return <LinkedDigest value={value} />;
  if (moment.test(value)) return <Time seconds={Date.parse(value) / 1_000} exact />;
  return <bdi className="value-text">{value}</bdi>;
}
