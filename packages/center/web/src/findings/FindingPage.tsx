import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FindingDetail } from '../../../src/contract/findings.ts';
import { Sealed } from '../log/Sealed.tsx';
import { findings as words } from '../messages/findings.ts';
import { log } from '../messages/log.ts';
import { useTwin } from '../twin.ts';
import { Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Time } from '../ui/Time.tsx';
import { About, DifferenceTable, FindingTable, SeverityWord } from './parts.tsx';
import '../log/log.css';
import './findings.css';

const text = words.detail;

export function FindingPage(): ReactNode {
  const twin = useTwin<FindingDetail>();
  const index = twin.data?.finding.index;
  return (
    <Page title={index === undefined ? words.title : text.title(index)} twin={twin}>
      {(detail) => (
        <>
          <p className="pager">
            <Link to="/findings">{text.back}</Link>
            <Link to={`/log/entries/${detail.finding.index}`}>{text.check}</Link>
          </p>
          <Facts detail={detail} />
          <Sealed sealed={[detail.finding.sealed]} unchecked />
          {detail.differences.length === 0 ? null : (
            <section>
              <h2>{words.differences}</h2>
              <DifferenceTable differences={detail.differences} />
            </section>
          )}
          {detail.others.length === 0 ? null : (
            <section>
              <h2>{text.others}</h2>
              <FindingTable findings={detail.others} total={detail.others.length} />
            </section>
          )}
        </>
      )}
    </Page>
  );
}

function Facts({ detail: { finding, objection, seenAt } }: { readonly detail: FindingDetail }): ReactNode {
  const { code, severity, operator, product, issuedAt, entry, page, index } = finding;
  return (
    <>
      {objection === null ? null : (
        <p>
          <Status mark="warn">{log.countsNot}</Status> {text.countsNot}{' '}
          {log.objections[objection as keyof typeof log.objections]}
        </p>
      )}
      <dl className="facts">
        <dt>{text.severity}</dt>
        <dd>
          <SeverityWord severity={severity} /> {words.meanings[severity]}
        </dd>
        <dt>{text.code}</dt>
        <dd>
          {code === null ? (
            text.codeSealed
          ) : (
            <>
              <code>{code}</code> {words.codes[code]}
            </>
          )}
        </dd>
        <dt>{text.about}</dt>
        <dd>
          <About finding={finding} /> {entry === null && page === null ? text.aboutNothing : null}
        </dd>
        <dt>{text.by}</dt>
        <dd>{operator}</dd>
        {product === null ? null : (
          <>
            <dt>{text.product}</dt>
            <dd>{product}</dd>
          </>
        )}
        <dt>{text.issued}</dt>
        <dd>
          <Time seconds={Date.parse(issuedAt) / 1_000} exact />
        </dd>
        <dt>{text.seen}</dt>
        <dd>
          <Time seconds={seenAt} exact />
        </dd>
        <dt>{text.entry}</dt>
        <dd>
          <Link to={`/log/entries/${index}`}>{index}</Link>
        </dd>
      </dl>
    </>
  );
}
