import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { fromBase64, utf8 } from '@vitrine/evidence';
import type { EntryDetail } from '../../../src/contract/log.ts';
import { log as words } from '../messages/log.ts';
import { useTwin } from '../twin.ts';
import { Command, Copy } from '../ui/Copy.tsx';
import { Digest } from '../ui/Digest.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Page } from '../ui/Page.tsx';
import { Table } from '../ui/Table.tsx';
import { absolute, Time } from '../ui/Time.tsx';
import { Check } from './Check.tsx';
import { Download } from './Download.tsx';
import { Counts, Signer } from './LogPage.tsx';
import { Sealed } from './Sealed.tsx';
import { LinkedDigest, Links, Value } from './Value.tsx';
import './log.css';

const { entry: text } = words;

export function EntryPage(): ReactNode {
  const twin = useTwin<EntryDetail>();
  const index = twin.data?.entry.index;
  return (
    <Page title={index === undefined ? words.title : text.title(index)} twin={twin}>
      {(detail) => (
        <Links links={detail.links}>
          <Neighbours detail={detail} />
          <p className="lead">{words.kinds[detail.entry.kind] ?? words.kinds['other']}</p>
          <Verdict detail={detail} />
          <div className="entry-columns">
            <div>
              <AtAGlance detail={detail} />
              <section>
                <h2>{text.says}</h2>
                {detail.predicate === null ? <p>{text.nothing}</p> : <Value value={detail.predicate} />}
              </section>
              <Sealed sealed={detail.sealed} />
            </div>
            <Check key={detail.entry.index} index={detail.entry.index} />
          </div>
          <Elsewhere detail={detail} />
          <Raw detail={detail} />
        </Links>
      )}
    </Page>
  );
}

function Neighbours({ detail: { entry, log } }: { readonly detail: EntryDetail }): ReactNode {
  const navigate = useNavigate();
  const go = (index: number): void => {
    if (index >= 0 && index < log.size) void navigate({ to: `/log/entries/${index}` });
  };
  useKeys('here', {
    j: { label: words.keys.next, run: () => go(entry.index + 1) },
    k: { label: words.keys.previous, run: () => go(entry.index - 1) },
  });
  return (
    <nav className="pager" aria-label={words.title}>
      <Link to="/log">{text.back}</Link>
      {entry.index > 0 ? <Link to={`/log/entries/${entry.index - 1}`}>{text.previous}</Link> : null}
      {entry.index + 1 < log.size ? <Link to={`/log/entries/${entry.index + 1}`}>{text.next}</Link> : null}
    </nav>
  );
}

function Verdict({ detail: { entry } }: { readonly detail: EntryDetail }): ReactNode {
  return (
    <p>
      <Counts entry={entry} /> {entry.objection === null ? null : words.objections[entry.objection]}
    </p>
  );
}

function AtAGlance({ detail }: { readonly detail: EntryDetail }): ReactNode {
  const { entry, key, seenAfter, bytes, release, alsoSigned } = detail;
  return (
    <section>
      <h2>{text.about}</h2>
      <dl className="facts">
        <dt>{text.kind}</dt>
        <dd>{entry.kind}</dd>
        <dt>{text.signer}</dt>
        <dd>
          <Signer entry={entry} />
          {key?.organisation === null || key?.organisation === undefined ? null : ` ${key.organisation}`}
        </dd>
        {entry.keyid === null ? null : (
          <>
            <dt>{text.key}</dt>
            <dd>
              <Digest value={entry.keyid} />{' '}
              <span className="muted">
                {key === null
                  ? text.unlisted
                  : key.from === null
                    ? text.rootKey
                    : text.keyValid(key.from, key.until)}
              </span>
            </dd>
          </>
        )}
        {entry.subjects.map(({ name, sha256 }) => (
          <div key={name} className="value-field">
            <dt>
              {text.subjects}: {name}
            </dt>
            <dd>
              <LinkedDigest value={sha256} />
            </dd>
          </div>
        ))}
        {release === null ? null : (
          <>
            <dt>{text.release}</dt>
            <dd>
              <Link to={release}>
                {entry.product} {entry.channel} {entry.sequence}
              </Link>
            </dd>
          </>
        )}
        {entry.id === null ? null : (
          <>
            <dt>{text.statement}</dt>
            <dd>
              <Digest value={entry.id} />
            </dd>
          </>
        )}
        {alsoSigned.length === 0 ? null : (
          <>
            <dt>{text.also}</dt>
            <dd>
              {alsoSigned.map(({ index, operator }) => (
                <span key={index} className="log-about">
                  <Link to={`/log/entries/${index}`}>{index}</Link> {operator}
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>{text.leaf}</dt>
        <dd>
          <Digest value={entry.leaf} />
        </dd>
        <dt>{text.size}</dt>
        <dd>{text.bytes(bytes)}</dd>
        <dt>{text.seen}</dt>
        <dd>
          <Time seconds={entry.seenAt} />{' '}
          <span className="muted">
            {seenAfter === null
              ? text.seenBy(absolute(entry.seenAt))
              : text.seenBetween(absolute(seenAfter), absolute(entry.seenAt))}
          </span>
        </dd>
      </dl>
    </section>
  );
}

function Elsewhere({ detail: { links } }: { readonly detail: EntryDetail }): ReactNode {
  const named = links.filter(({ mentions }) => mentions.length > 0);
  if (named.length === 0) return null;
  return (
    <section>
      <h2>{text.elsewhere}</h2>
      <Table
        caption={text.elsewhereCaption}
        rows={named}
        keyOf={({ sha256 }) => sha256}
        columns={[
          { head: text.digest, cell: ({ sha256 }) => <LinkedDigest value={sha256} /> },
          {
            head: text.places,
            cell: ({ mentions, mentioned, sha256 }) => (
              <>
                {mentions.map(({ index, kind, part }) => (
                  <span key={`${index} ${part}`} className="log-about">
                    <Link to={`/log/entries/${index}`}>{index}</Link> {kind}{' '}
                    <span className="muted">{text.parts[part]}</span>
                  </span>
                ))}
                {mentioned > mentions.length ? (
                  <Link to="/log" search={{ q: sha256 }}>
                    {text.more(mentioned - mentions.length)}
                  </Link>
                ) : null}
              </>
            ),
          },
        ]}
      />
    </section>
  );
}

function Raw({ detail: { raw, entry, log } }: { readonly detail: EntryDetail }): ReactNode {
  const isText = raw.encoding === 'utf8';
  return (
    <section>
      <h2>{text.raw}</h2>
      {isText ? null : <p>{text.rawBase64}</p>}
      <pre className="raw" tabIndex={0} aria-label={text.raw}>
        <code>{raw.text}</code>
      </pre>
      <p className="pager">
        <Copy text={raw.text} label={text.title(entry.index)} />
        <Download
          bytes={isText ? utf8(raw.text) : fromBase64(raw.text)}
          name={`entry-${entry.index}.json`}
          label={text.download}
        />
      </p>
      <h3>{words.check.elsewhere}</h3>
      <p>{words.check.elsewhereText}</p>
      <Command
        text={`vitrine log proof ${log.address} ${entry.index} ${log.vkeys.map((key) => `--vkey '${key}'`).join(' ')}`}
      />
    </section>
  );
}
