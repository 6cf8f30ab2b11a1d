// What came of a file, by what it is.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { schemaDigest } from '@vitrine/reports';
import { mydata as words } from '../messages/mydata.ts';
import { seconds } from '../residency/format.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Time } from '../ui/Time.tsx';
import type { Judged } from './judge.ts';
import { LedgerResult } from './LedgerResult.tsx';

export function Result({ name, judged }: { readonly name: string; readonly judged: Judged }): ReactNode {
  const findings = judged.kind === 'ledger' ? judged.check.findings.length : 0;
  return (
    <section data-kind={judged.kind}>
      <h2>
        <Status mark={findings === 0 ? 'ok' : 'bad'}>
          {findings === 0 ? words.held[judged.kind] : words.findings(findings)}
        </Status>
      </h2>
      <p>
        {words.kinds[judged.kind]}: {name}
      </p>
      <p className="muted">{words.proves[judged.kind]}</p>
      <Details judged={judged} />
    </section>
  );
}

function Details({ judged }: { readonly judged: Judged }): ReactNode {
  switch (judged.kind) {
    case 'ledger':
      return <LedgerResult judged={judged} />;
    case 'receipt':
      return <ReceiptFacts judged={judged} />;
    case 'consent':
      return <ConsentFacts judged={judged} />;
  }
}

function ReceiptFacts({
  judged: { center, receipt, logged },
}: {
  readonly judged: Extract<Judged, { readonly kind: 'receipt' }>;
}): ReactNode {
  const text = words.receipt;
  const { promise, leaf, index, size, time, inTime } = receipt;
  return (
    <dl className="facts">
      <dt>{text.center}</dt>
      <dd>
        <Link to={`/residency/centers/${center.id}`}>{center.name}</Link>
      </dd>
      <dt>{text.ledger}</dt>
      <dd>
        <code>{promise.ledger}</code>
      </dd>
      <dt>{text.report}</dt>
      <dd>
        <code>{promise.report}</code>
      </dd>
      <dt>{text.leaf}</dt>
      <dd>
        <Digest value={leaf} />
      </dd>
      <dt>{text.index}</dt>
      <dd>{index.toLocaleString('en')}</dd>
      <dt>{text.size}</dt>
      <dd>{size.toLocaleString('en')}</dd>
      <dt>{text.deadline}</dt>
      <dd>
        <Time seconds={seconds(promise.deadline)} exact />
      </dd>
      <dt>{text.time}</dt>
      <dd>
        {time === undefined ? null : <Time seconds={time} exact />}{' '}
        <Status mark={inTime ? 'ok' : 'info'}>{inTime ? text.inTime : text.lateProof}</Status>
      </dd>
      <dt>{text.logged}</dt>
      <dd>
        {logged === undefined ? (
          text.unlogged
        ) : (
          <Link to={`/log/entries/${logged}`}>{text.same(logged)}</Link>
        )}
      </dd>
    </dl>
  );
}

function ConsentFacts({
  judged: { center, consent },
}: {
  readonly judged: Extract<Judged, { readonly kind: 'consent' }>;
}): ReactNode {
  const text = words.consent;
  const { act, at, profile, country, jurisdictions, purposes, schema } = consent.record;
  return (
    <dl className="facts">
      <dt>{text.act}</dt>
      <dd>{text.acts[act]}</dd>
      <dt>{text.at}</dt>
      <dd>
        <Time seconds={seconds(at)} exact />
      </dd>
      <dt>{text.profile}</dt>
      <dd>
        <code>{profile}</code>
      </dd>
      <dt>{text.country}</dt>
      <dd>{country}</dd>
      <dt>{text.controller}</dt>
      <dd>
        <Link to={`/residency/centers/${center.id}`}>{center.name}</Link>
      </dd>
      <dt>{text.jurisdictions}</dt>
      <dd>{jurisdictions.join(', ')}</dd>
      <dt>{text.purposes}</dt>
      <dd>
        <ul className="residency-plain">
          {purposes.map(({ purpose, kinds, days }) => (
            <li key={purpose}>
              {purpose}: {kinds.join(', ')}, {text.days(days)}
            </li>
          ))}
        </ul>
      </dd>
      <dt>{text.schema}</dt>
      <dd>
        <Digest value={schema.digest} />{' '}
        {schema.digest === schemaDigest() ? text.sameSchema : text.otherSchema}
      </dd>
    </dl>
  );
}
