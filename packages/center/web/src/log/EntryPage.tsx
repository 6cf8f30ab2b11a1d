// An entry, as its bytes say it. The twin gives the bytes and what stands beside them; the check compares the
// bytes with those of the log, and what is said of the signer with the policy.

import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { fromBase64, isVitrineError, utf8 } from '@vitrine/evidence';
import { contentOf, type EntryContent } from '../../../src/contract/entry-content.ts';
import type { DigestLinks, EntryDetail, OpeningView } from '../../../src/contract/log.ts';
import { log as words } from '../messages/log.ts';
import { useTwin } from '../twin.ts';
import { Command, Copy } from '../ui/Copy.tsx';
import { Digest } from '../ui/Digest.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Page } from '../ui/Page.tsx';
import { Table, type Column } from '../ui/Table.tsx';
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
  const { index } = useParams({ strict: false }) as { readonly index: string };
  return (
    <Page title={text.title(Number(index))} twin={twin}>
      {(detail) => <Entry index={Number(index)} detail={detail} />}
    </Page>
  );
}

interface EntryProps {
  readonly detail: EntryDetail;
  readonly bytes: Uint8Array;
  readonly content: EntryContent;
}

/** `index`: of the address; what another number has is not shown under it. */
function Entry({ index, detail }: { readonly index: number; readonly detail: EntryDetail }): ReactNode {
  const { raw, entry, key, log } = detail;
  const bytes = useMemo(() => bytesOf(raw), [raw]);
  const content = useMemo(() => contentOf(bytes), [bytes]);
  const shown = useMemo(
    () => ({ bytes, signer: { ...entry, key }, vkeys: log.vkeys }),
    [bytes, entry, key, log.vkeys],
  );
  return (
    <Links links={detail.links}>
      <Neighbours index={index} size={log.size} />
      <p className="lead">{words.kinds[content.kind] ?? words.kinds['other']}</p>
      <Verdict detail={detail} />
      <div className="entry-columns">
        <div>
          <AtAGlance detail={detail} bytes={bytes} content={content} />
          <section>
            <h2>{text.says}</h2>
            {content.predicate === undefined ? <p>{text.nothing}</p> : <Value value={content.predicate} />}
          </section>
          <Sealed sealed={sealedIn(content, detail.sealed)} />
        </div>
        <Check key={index} index={index} shown={shown} />
      </div>
      <Elsewhere detail={detail} />
      <Raw index={index} detail={detail} bytes={bytes} />
    </Links>
  );
}

/** Bytes that nobody logged, where the Center gives none that can be read: the check says so. */
function bytesOf({ encoding, text: given }: EntryDetail['raw']): Uint8Array {
  if (encoding === 'utf8') return utf8(given);
  try {
    return fromBase64(given);
  } catch (error) {
    if (isVitrineError(error)) return new Uint8Array();
    throw error;
  }
}

/** The commitments of the entry; of the Center's answer only what it gives to open them. */
function sealedIn({ sealed }: EntryContent, given: readonly OpeningView[]): readonly OpeningView[] {
  return sealed.map((one) => ({
    ...one,
    opened: given.find(({ commitment }) => commitment === one.commitment)?.opened ?? null,
  }));
}

function Neighbours({ index, size }: { readonly index: number; readonly size: number }): ReactNode {
  const navigate = useNavigate();
  const go = (to: number): void => {
    if (to >= 0 && to < size) void navigate({ to: `/log/entries/${to}` });
  };
  useKeys('here', {
    j: { label: words.keys.next, run: () => go(index + 1) },
    k: { label: words.keys.previous, run: () => go(index - 1) },
  });
  return (
    <nav className="pager" aria-label={words.title}>
      <Link to="/log">{text.back}</Link>
      {index > 0 ? <Link to={`/log/entries/${index - 1}`}>{text.previous}</Link> : null}
      {index + 1 < size ? <Link to={`/log/entries/${index + 1}`}>{text.next}</Link> : null}
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

function AtAGlance({ detail, bytes, content }: EntryProps): ReactNode {
  const { entry, key, seenAfter, alsoSigned } = detail;
  const { kind, keyid, id, subjects, release } = content;
  return (
    <section>
      <h2>{text.about}</h2>
      <dl className="facts">
        <dt>{text.kind}</dt>
        <dd>{kind}</dd>
        <dt>{text.signer}</dt>
        <dd>
          <Signer entry={{ ...entry, keyid }} />
          {key?.organisation === null || key?.organisation === undefined ? null : ` ${key.organisation}`}
        </dd>
        {keyid === null ? null : (
          <>
            <dt>{text.key}</dt>
            <dd>
              <Digest value={keyid} />{' '}
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
        {subjects.map(({ name, sha256 }) => (
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
              <Link to={releasePath(release)}>
                {release.product} {release.channel} {release.sequence}
              </Link>
            </dd>
          </>
        )}
        {id === null ? null : (
          <>
            <dt>{text.statement}</dt>
            <dd>
              <Digest value={id} />
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
          <Digest value={content.leaf} />
        </dd>
        <dt>{text.size}</dt>
        <dd>{text.bytes(bytes.length)}</dd>
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

function releasePath({ product, channel, sequence }: NonNullable<EntryContent['release']>): string {
  return `/releases/${encodeURIComponent(product)}/${encodeURIComponent(channel)}/${sequence}`;
}

const linkColumns: readonly Column<DigestLinks>[] = [
  { head: text.digest, cell: ({ sha256 }) => <LinkedDigest value={sha256} /> },
  { head: text.places, cell: (links) => <Places links={links} /> },
];

function Places({ links: { mentions, mentioned, sha256 } }: { readonly links: DigestLinks }): ReactNode {
  return (
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
        columns={linkColumns}
      />
    </section>
  );
}

function Raw({
  index,
  detail: { raw, log },
  bytes,
}: Omit<EntryProps, 'content'> & { readonly index: number }): ReactNode {
  const isText = raw.encoding === 'utf8';
  return (
    <section>
      <h2>{text.raw}</h2>
      {isText ? null : <p>{text.rawBase64}</p>}
      <pre className="raw" tabIndex={0} aria-label={text.raw}>
        <code>{raw.text}</code>
      </pre>
      <p className="pager">
        <Copy text={raw.text} label={text.title(index)} />
        <Download bytes={bytes} name={`entry-${index}.json`} label={text.download} />
      </p>
      <h3>{words.check.elsewhere}</h3>
      <p>{words.check.elsewhereText}</p>
      <Command
        text={`vitrine log proof ${log.address} ${index} ${log.vkeys.map((key) => `--vkey '${key}'`).join(' ')}`}
      />
    </section>
  );
}
