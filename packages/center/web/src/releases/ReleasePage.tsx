// The page of a release: its chain, how to check it without believing this page, and what stands behind each
// part.

import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ReleasePage as Data } from '../../../src/contract/releases.ts';
import { releases as words, stateMarks } from '../messages/releases.ts';
import { useTwin } from '../twin.ts';
import { useKeys } from '../ui/keys.tsx';
import { Page } from '../ui/Page.tsx';
import { Sign, Status } from '../ui/Status.tsx';
import { Chain } from './Chain.tsx';
import { chainOf } from './chain.ts';
import { CheckYourself } from './CheckYourself.tsx';
import { LogRuler } from './LogRuler.tsx';
import { Parts } from './Parts.tsx';
import './releases.css';

export function ReleasePage(): ReactNode {
  const asked: { product?: string; channel?: string; sequence?: string } = useParams({ strict: false });
  const { product = '', channel = '', sequence = '' } = asked;
  const twin = useTwin<Data>();
  return (
    <Page title={words.page.title(product, twin.data?.version ?? sequence)} twin={twin}>
      {/* The page is about the release of its address, whatever the answer says it is about. Keyed, so that a
          verdict never stands on the page of another release. */}
      {(data) => (
        <Contents
          key={`${product}/${channel}/${sequence}`}
          page={{ ...data, product, channel, sequence: Number(sequence) }}
        />
      )}
    </Page>
  );
}

function Contents({ page }: { readonly page: Data }): ReactNode {
  const nodes = chainOf(page);
  const { state, channel, sequence, vendor, trouble } = page;
  return (
    <article className="release">
      <header className={`release-head release-${stateMarks[state]}`}>
        <p className="release-state">
          <Sign mark={stateMarks[state]} /> <strong>{words.states[state]}</strong>
        </p>
        <p>
          {words.page.verdict[state]} <Instead page={page} />
        </p>
        <p className="lead">
          {words.page.head(channel, sequence, vendor.name)} {words.page.intro}
        </p>
        <Neighbours page={page} />
      </header>
      {trouble === null ? null : (
        <div className="release-trouble" role="alert">
          <p>
            <Status mark="warn">{words.page.troubleTitle}</Status> {words.page.trouble}
          </p>
          <p>
            {trouble.message} (<code>{trouble.code}</code>)
          </p>
        </div>
      )}
      <Chain nodes={nodes} />
      <LogRuler page={page} />
      <CheckYourself page={page} />
      <h2>{words.page.chain}</h2>
      <Parts page={page} nodes={nodes} />
    </article>
  );
}

function Instead({ page }: { readonly page: Data }): ReactNode {
  const other = page.withdrawals.find(({ replacedBy }) => replacedBy !== null)?.replacedBy ?? null;
  if (other === null) return null;
  return (
    <>
      {words.page.instead}{' '}
      <Link to={`/releases/${page.product}/${page.channel}/${other}`}>{words.page.sequence(other)}</Link>.
    </>
  );
}

function Neighbours({ page }: { readonly page: Data }): ReactNode {
  const { product, channel, previous, next, source, previousTree } = page;
  const navigate = useNavigate();
  const go = (sequence: number | null) => (): void => {
    if (sequence !== null) void navigate({ to: `/releases/${product}/${channel}/${sequence}` });
  };
  useKeys('here', {
    '[': { label: words.page.previous, run: go(previous) },
    ']': { label: words.page.next, run: go(next) },
  });
  return (
    <p className="release-links">
      {previous === null ? null : (
        <Link className="button" to={`/releases/${product}/${channel}/${previous}`}>
          ← {words.page.previous}
        </Link>
      )}
      {next === null ? null : (
        <Link className="button" to={`/releases/${product}/${channel}/${next}`}>
          {words.page.next} →
        </Link>
      )}
      {source === null ? null : (
        <Link className="button" to={`/source/${source.tree}`}>
          {words.page.read}
        </Link>
      )}
      {source === null || previousTree === null || previousTree === source.tree ? null : (
        <Link className="button" to="/source/compare" search={{ from: previousTree, to: source.tree }}>
          {words.page.compare}
        </Link>
      )}
      <button type="button" onClick={() => print()}>
        {words.page.print}
      </button>
    </p>
  );
}
