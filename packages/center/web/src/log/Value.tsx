// A predicate as fields that can be read: digests lead somewhere, times are times, nothing is left out.

import { Link } from '@tanstack/react-router';
import { createContext, useContext, type ReactNode } from 'react';
import type { DigestLinks } from '../../../src/contract/log.ts';
import { log } from '../messages/log.ts';
import { Copy } from '../ui/Copy.tsx';
import { Time } from '../ui/Time.tsx';

const LinksContext = createContext<ReadonlyMap<string, DigestLinks>>(new Map());

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
  const links = useContext(LinksContext).get(value);
  const code = <code title={value}>{value.slice(0, 16)}…</code>;
  return (
    <span className="digest">
      {links?.page !== undefined && links.page !== null ? (
        <Link to={links.page}>{code}</Link>
      ) : (links?.mentioned ?? 0) > 0 ? (
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
const mostShown = 200;

export function Value({ value }: { readonly value: unknown }): ReactNode {
  if (value === null || value === undefined) return <span className="muted">{log.entry.absent}</span>;
  if (typeof value === 'boolean') return value ? log.entry.yes : log.entry.no;
  if (typeof value === 'number') return <bdi>{String(value)}</bdi>;
  if (typeof value === 'string') return <Text value={value} />;
  if (Array.isArray(value)) return <List items={value as readonly unknown[]} />;
  return <Fields value={value as Readonly<Record<string, unknown>>} />;
}

function Text({ value }: { readonly value: string }): ReactNode {
  if (hex.test(value)) return <LinkedDigest value={value} />;
  if (moment.test(value)) return <Time seconds={Date.parse(value) / 1_000} exact />;
  return <bdi className="value-text">{value}</bdi>;
}

function List({ items }: { readonly items: readonly unknown[] }): ReactNode {
  if (items.length === 0) return <span className="muted">{log.entry.absent}</span>;
  return (
    <ol className="value-list">
      {items.slice(0, mostShown).map((item, at) => (
        <li key={at}>
          <Value value={item} />
        </li>
      ))}
      {items.length > mostShown ? <li>{log.entry.more(items.length - mostShown)}</li> : null}
    </ol>
  );
}

/** Members have the names that the format gives them: they are what the specification explains. */
export function Fields({ value }: { readonly value: Readonly<Record<string, unknown>> }): ReactNode {
  const members = Object.entries(value);
  if (members.length === 0) return <span className="muted">{log.entry.absent}</span>;
  return (
    <dl className="facts value-fields">
      {members.slice(0, mostShown).map(([name, member]) => (
        <div key={name} className="value-field">
          <dt>
            <bdi>{hex.test(name) ? `${name.slice(0, 16)}…` : name}</bdi>
          </dt>
          <dd>
            <Value value={member} />
          </dd>
        </div>
      ))}
      {members.length > mostShown ? (
        <div className="value-field">
          <dt />
          <dd>{log.entry.more(members.length - mostShown)}</dd>
        </div>
      ) : null}
    </dl>
  );
}
