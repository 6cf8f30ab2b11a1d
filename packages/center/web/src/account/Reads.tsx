import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AccountPage, ReadLine } from '../../../src/contract/account.ts';
import { account } from '../messages/account.ts';
import { Digest } from '../ui/Digest.tsx';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';

const words = account.own.reads;

export function Reads({ reads }: { readonly reads: AccountPage['reads'] }): ReactNode {
  return (
    <section>
      <h2>{words.title}</h2>
      <p>{words.lead(reads.keptDays)}</p>
      {reads.count === 0 ? (
        <p>{words.empty}</p>
      ) : (
        <>
          <p className="account-links">
            {words.count(reads.count)}{' '}
            <a href="/account/reads.json" download>
              {words.json}
            </a>{' '}
            <a href="/account/reads.csv" download>
              {words.csv}
            </a>
          </p>
          <Table
            caption={words.latest}
            rows={reads.latest}
            keyOf={({ tree, path, what, product, first }) => `${tree} ${path} ${what} ${product} ${first}`}
            columns={[
              { head: words.columns.path, cell: (read) => <File read={read} /> },
              { head: words.columns.what, cell: ({ what }) => words.what[what] },
              { head: words.columns.product, cell: ({ product }) => product },
              { head: words.columns.tree, cell: ({ tree }) => <Digest value={tree} to={`/source/${tree}`} /> },
              { head: words.columns.count, number: true, cell: ({ count }) => count },
              { head: words.columns.last, cell: ({ last }) => <Time seconds={last} /> },
            ]}
          />
        </>
      )}
    </section>
  );
}

function File({ read: { tree, path } }: { readonly read: ReadLine }): ReactNode {
  return (
    <Link to={`/source/${tree}/file`} search={{ path }}>
      <code>{path}</code>
    </Link>
  );
}
