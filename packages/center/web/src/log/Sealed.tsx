// What is sealed in an entry, and checking a body against its commitment; the body never leaves the browser.

import {
  canonicalJson,
  fromHex,
  isVitrineError,
  openCommitment,
  parseJson,
  utf8,
  type Json,
} from '@vitrine/evidence';
import { useId, useState, type DragEvent, type ReactNode } from 'react';
import type { OpeningView } from '../../../src/contract/log.ts';
import { log } from '../messages/log.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Value } from './Value.tsx';

const words = log.sealed;
const fileLimit = 1 << 20;

type Checked =
  | { readonly state: 'right'; readonly body: Json }
  | { readonly state: 'wrong' }
  | { readonly state: 'unreadable' };

/** Whether salt and body are what was committed to: computed here. */
function checkOpening(commitment: string, salt: string, body: Json): boolean {
  return opens(commitment, salt, canonicalJson(body));
}

function opens(commitment: string, salt: string, body: Uint8Array): boolean {
  try {
    openCommitment({ commitment, heldBy: '' }, fromHex(salt), body);
    return true;
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
}

async function checkFile(commitment: string, file: File): Promise<Checked> {
  if (file.size > fileLimit) return { state: 'unreadable' };
  try {
    const value = parseJson(new Uint8Array(await file.arrayBuffer()));
    // A finding is a document (`body`); a review is a text.
    const { salt, body, text } = value as { readonly [name in 'salt' | 'body' | 'text']?: Json };
    const said = typeof text === 'string' ? text : body;
    if (typeof salt !== 'string' || !/^[0-9a-f]{64}$/.test(salt) || said === undefined)
      return { state: 'unreadable' };
    const bytes = typeof text === 'string' ? utf8(text) : canonicalJson(said);
    return opens(commitment, salt, bytes) ? { state: 'right', body: said } : { state: 'wrong' };
  } catch (error) {
    if (isVitrineError(error) || error instanceof TypeError) return { state: 'unreadable' };
    throw error;
  }
}

/** `unchecked`: the commitments are the server's word, and nothing on the page compares them with the entry. */
export function Sealed({
  sealed,
  unchecked = false,
}: {
  readonly sealed: readonly OpeningView[];
  readonly unchecked?: boolean;
}): ReactNode {
  if (sealed.length === 0) return null;
  return (
    <section>
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      {unchecked ? <p>{words.unchecked}</p> : null}
      {sealed.map((one) => (
        <SealedPart key={one.commitment} part={one} />
      ))}
    </section>
  );
}

function SealedPart({ part }: { readonly part: OpeningView }): ReactNode {
  const { commitment, heldBy, member, opened } = part;
  const [found, setFound] = useState<Checked>();
  const field = useId();
  const take = (file: File | undefined): void => {
    if (file !== undefined) void checkFile(commitment, file).then(setFound);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  };
  return (
    <div className="card sealed" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <dl className="facts">
        <dt>{words.member}</dt>
        <dd>{member === '' ? words.whole : <code>{member}</code>}</dd>
        <dt>{words.commitment}</dt>
        <dd>
          <Digest value={commitment} />
        </dd>
        <dt>{words.heldBy}</dt>
        <dd>{heldBy}</dd>
      </dl>
      <p>{words.open}</p>
      {opened === null ? <p>{words.closed}</p> : <OpenedBody commitment={commitment} opened={opened} />}
      <h3>{words.drop}</h3>
      <p>{words.dropText}</p>
      <p>
        <label htmlFor={field}>{words.file}</label>{' '}
        <input
          id={field}
          type="file"
          accept="application/json,.json"
          onChange={(event) => take(event.target.files?.[0])}
        />
      </p>
      <div aria-live="polite">
        {found === undefined ? null : found.state === 'right' ? (
          <>
            <Status mark="ok">{words.right}</Status>
            <Value value={found.body} />
          </>
        ) : (
          <Status mark="bad">{words[found.state]}</Status>
        )}
      </div>
    </div>
  );
}

function OpenedBody({
  commitment,
  opened,
}: {
  readonly commitment: string;
  readonly opened: NonNullable<OpeningView['opened']>;
}): ReactNode {
  const isRight = checkOpening(commitment, opened.salt, opened.body as Json);
  return (
    <>
      <h3>{words.opened}</h3>
      <p>
        {words.openedText}{' '}
        {isRight ? <Status mark="ok">{words.right}</Status> : <Status mark="bad">{words.openedWrong}</Status>}
      </p>
      {isRight ? <Value value={opened.body} /> : null}
    </>
  );
}
