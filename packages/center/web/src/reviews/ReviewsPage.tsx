import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ReviewLine, Reviews, TreeName } from '../../../src/contract/reviews.ts';
import { Refusal, useChange } from '../account/change.tsx';
import { reviews as words } from '../messages/reviews.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status, type Mark } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { Keys } from './Keys.tsx';
import './reviews.css';

export function ReviewsPage(): ReactNode {
  const twin = useTwin<Reviews>();
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          {data.me === null ? <SignIn /> : <Choose trees={data.trees} />}
          {data.me === null ? null : <Own lines={data.reviews.filter(({ mine }) => mine)} />}
          <Others lines={data.reviews.filter(({ mine }) => !mine)} />
          <Elsewhere entries={data.elsewhere} />
          {data.me === null || data.me.keys.length === 0 ? null : (
            <Keys me={data.me} again={() => void twin.refetch()} />
          )}
        </>
      )}
    </Page>
  );
}

function SignIn(): ReactNode {
  return (
    <section className="card">
      <p>{words.signInText}</p>
      <p>
        <Link className="button" to={'/sign-in'}>
          {words.signIn}
        </Link>
      </p>
    </section>
  );
}

export function nameOf({ releases, products, digest }: TreeName): string {
  if (releases.length > 0) return releases.map(({ product, version }) => `${product} ${version}`).join(', ');
  return products.length > 0 ? products.join(', ') : digest.slice(0, 12);
}

function Choose({ trees }: { readonly trees: Reviews['trees'] }): ReactNode {
  const change = useChange();
  const navigate = useNavigate();
  const begin = (tree: string): void =>
    change.run(async (post) => {
      const { id } = await post<{ id: string }>('/do/reviews/begin', { tree });
      void navigate({ to: `/reviews/${id}` });
    });
  const columns: readonly Column<Reviews['trees'][number]>[] = [
    { head: words.release, cell: (tree) => nameOf(tree) },
    { head: words.tree, cell: ({ digest }) => <Digest value={digest} to={`/source/${digest}`} /> },
    {
      head: words.state,
      cell: (tree) =>
        tree.draft === null ? (
          <button
            type="button"
            disabled={change.busy}
            aria-label={`${words.begin} ${nameOf(tree)}`}
            onClick={() => begin(tree.digest)}
          >
            {words.begin}
          </button>
        ) : (
          <Link to={`/reviews/${tree.draft}`}>{words.goOn}</Link>
        ),
    },
  ];
  return (
    <section>
      <h2>{words.choose}</h2>
      {trees.length === 0 ? (
        <p>{words.noTrees}</p>
      ) : (
        <Table caption={words.chooseCaption} columns={columns} rows={trees} keyOf={({ digest }) => digest} />
      )}
      <Refusal change={change} />
    </section>
  );
}

const marks: Readonly<Record<ReviewLine['state'], Mark>> = {
  draft: 'none',
  signed: 'wait',
  logged: 'ok',
  opened: 'ok',
  destroyed: 'info',
};

export function StateOf({ state }: { readonly state: ReviewLine['state'] }): ReactNode {
  return <Status mark={marks[state]}>{words.states[state]}</Status>;
}

export function EntryOf({ logged }: Pick<ReviewLine, 'logged'>): ReactNode {
  if (logged === null) return words.notLogged;
  return (
    <>
      <Link to={`/log/entries/${logged.index}`}>{logged.index}</Link>
      {logged.seen ? null : <> ({words.notSeen})</>}
    </>
  );
}

const lineColumns: readonly Column<ReviewLine>[] = [
  { head: words.release, cell: ({ id, tree }) => <Link to={`/reviews/${id}`}>{nameOf(tree)}</Link> },
  { head: words.state, cell: (line) => <StateOf state={line.state} /> },
  {
    head: words.verdict,
    cell: ({ verdict }) => (verdict === null ? words.sealedShort : words.verdicts[verdict][0]),
  },
  { head: words.author, cell: ({ author }) => <code>{author}</code> },
  { head: words.entry, cell: ({ logged }) => <EntryOf logged={logged} /> },
  { head: words.changed, cell: ({ changed }) => <Time seconds={changed} /> },
];

function Own({ lines }: { readonly lines: readonly ReviewLine[] }): ReactNode {
  return (
    <section>
      <h2>{words.own}</h2>
      {lines.length === 0 ? (
        <p>{words.noOwn}</p>
      ) : (
        <Table caption={words.ownCaption} columns={lineColumns} rows={lines} keyOf={({ id }) => id} />
      )}
    </section>
  );
}

function Others({ lines }: { readonly lines: readonly ReviewLine[] }): ReactNode {
  return (
    <section>
      <h2>{words.logged}</h2>
      {lines.length === 0 ? (
        <Empty title={words.noLogged} />
      ) : (
        <Table caption={words.loggedCaption} columns={lineColumns} rows={lines} keyOf={({ id }) => id} />
      )}
    </section>
  );
}

function Elsewhere({ entries }: { readonly entries: Reviews['elsewhere'] }): ReactNode {
  if (entries.length === 0) return null;
  const columns: readonly Column<Reviews['elsewhere'][number]>[] = [
    { head: words.entry, cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link> },
    { head: words.release, cell: ({ tree }) => nameOf(tree) },
    { head: words.signer, cell: ({ operator, keyid }) => operator ?? <Digest value={keyid} /> },
    { head: words.issued, cell: ({ issuedAt }) => <Time seconds={Date.parse(issuedAt) / 1_000} /> },
  ];
  return (
    <section>
      <h2>{words.elsewhere}</h2>
      <Table caption={words.elsewhereCaption} columns={columns} rows={entries} keyOf={({ index }) => index} />
    </section>
  );
}
