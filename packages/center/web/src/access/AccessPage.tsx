import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AccessGrantLine, AccessPage as Data } from '../../../src/contract/access.ts';
import { access } from '../messages/access.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Page } from '../ui/Page.tsx';
import { Status, type Mark } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import './access.css';

export function AccessPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={access.title} lead={access.lead} twin={twin}>
      {(data) => (
        <>
          <Agreement data={data} />
          <Mine mine={data.mine} />
          <Grants grants={data.grants} />
          <Critical products={data.products} />
          <Logged logged={data.logged} />
        </>
      )}
    </Page>
  );
}

const marks: Readonly<Record<Data['agreement'], Mark>> = {
  same: 'ok',
  differs: 'bad',
  'never-logged': 'warn',
  'no-table': 'bad',
};

function Agreement({ data: { agreement, file, trouble, logged } }: { readonly data: Data }): ReactNode {
  const [title, text] = access.agreement[agreement];
  const loud = agreement !== 'same' || trouble !== null;
  const last = logged[0];
  return (
    <section
      className={`card access-agreement access-${trouble === null ? marks[agreement] : 'bad'}`}
      {...(loud ? { role: 'alert' } : {})}
    >
      <p className="access-verdict">
        <Status mark={marks[agreement]}>{title}</Status>
      </p>
      {agreement === 'same' && last !== undefined ? (
        <p>
          {text} <Link to={`/log/entries/${last.index}`}>{last.index}</Link>
        </p>
      ) : (
        <p>{text}</p>
      )}
      {trouble === null ? null : (
        <p>
          <Status mark="bad">{access.trouble}</Status> {trouble.message} (<code>{trouble.code}</code>)
        </p>
      )}
      {file === null ? null : (
        <dl className="facts">
          <dt>{access.digest}</dt>
          <dd>
            <Digest value={file.sha256} />
          </dd>
          <dt>{access.size}</dt>
          <dd>
            {access.bytes(file.size)}, <a href="/access/access.toml">{access.download}</a>
          </dd>
        </dl>
      )}
      <p>{access.check}</p>
    </section>
  );
}

function Mine({ mine }: { readonly mine: Data['mine'] }): ReactNode {
  const words = access.mine;
  return (
    <section>
      <h2>{words.title}</h2>
      {mine.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <Table
          caption={words.caption}
          rows={mine}
          keyOf={({ product }) => product}
          columns={[
            { head: words.product, cell: ({ product }) => product },
            { head: words.tier, cell: ({ tier }) => words.tiers[tier] },
          ]}
        />
      )}
    </section>
  );
}

const states: Readonly<Record<AccessGrantLine['state'], Mark>> = { open: 'ok', ended: 'none', later: 'wait' };

function Grants({ grants }: { readonly grants: Data['grants'] }): ReactNode {
  const words = access.grants;
  const numbered = grants.map((grant, number) => ({ ...grant, number }));
  return (
    <section className="access-grants">
      <h2>{words.title}</h2>
      {grants.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <Table
          caption={words.caption}
          rows={numbered}
          keyOf={({ number }) => number}
          columns={[
            { head: words.columns.who, cell: ({ who }) => <Who who={who} /> },
            { head: words.columns.product, cell: ({ product }) => product },
            { head: words.columns.what, cell: (grant) => <What grant={grant} /> },
            { head: words.columns.when, cell: (grant) => <When grant={grant} /> },
            {
              head: words.columns.state,
              cell: ({ state }) => <Status mark={states[state]}>{words.states[state]}</Status>,
            },
          ]}
        />
      )}
    </section>
  );
}

function Who({ who }: { readonly who: string }): ReactNode {
  const words = access.grants.who;
  if (who === 'anyone' || who === 'signed-in') return words[who];
  return (
    <>
      {words.group} <code>{who.slice('group:'.length)}</code>
    </>
  );
}

function What({ grant: { tier, paths } }: { readonly grant: AccessGrantLine }): ReactNode {
  const words = access.grants;
  return (
    <>
      {words.tiers[tier]}
      {paths === null ? null : (
        <>
          , {words.only} <Patterns patterns={paths} />
        </>
      )}
    </>
  );
}

function When({ grant: { from, until } }: { readonly grant: AccessGrantLine }): ReactNode {
  const words = access.grants;
  const shown = (time: string): string => time.replace('T', ' ').replace('Z', ' UTC');
  if (from === null && until === null) return words.always;
  const parts = [
    from === null ? undefined : `${words.from} ${shown(from)}`,
    until === null ? undefined : `${words.until} ${shown(until)}`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function Patterns({ patterns }: { readonly patterns: readonly string[] }): ReactNode {
  return patterns.map((pattern, at) => (
    <span key={pattern}>
      {at === 0 ? null : ', '}
      <code>{pattern}</code>
    </span>
  ));
}

function Critical({ products }: { readonly products: Data['products'] }): ReactNode {
  const words = access.critical;
  const named = products.filter(({ critical }) => critical.length > 0);
  return (
    <section>
      <h2>{words.title}</h2>
      {named.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <>
          <p>{words.lead}</p>
          <Table
            caption={words.caption}
            rows={named}
            keyOf={({ name }) => name}
            columns={[
              { head: words.product, cell: ({ name }) => name },
              { head: words.patterns, cell: ({ critical }) => <Patterns patterns={critical} /> },
            ]}
          />
        </>
      )}
    </section>
  );
}

function Logged({ logged }: { readonly logged: Data['logged'] }): ReactNode {
  const words = access.logged;
  return (
    <section>
      <h2>{words.title}</h2>
      {logged.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <Table
          caption={words.caption}
          rows={logged}
          keyOf={({ index }) => index}
          columns={[
            { head: words.columns.index, cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link> },
            { head: words.columns.digest, cell: ({ sha256 }) => <Digest value={sha256} /> },
            { head: words.columns.size, number: true, cell: ({ size }) => size.toLocaleString('en') },
            {
              head: words.columns.issued,
              cell: ({ issuedAt }) => issuedAt.replace('T', ' ').replace('Z', ' UTC'),
            },
          ]}
        />
      )}
    </section>
  );
}
