import { Link } from '@tanstack/react-router';
import { useId, useMemo, useState, type ReactNode } from 'react';
import { Refusal, useChange, type Post } from '../account/change.tsx';
import { reviews } from '../messages/reviews.ts';
import { Command } from '../ui/Copy.tsx';
import { Digest } from '../ui/Digest.tsx';
import { fromUtf8 } from '@vitrine/evidence';
import { Download } from './Download.tsx';
import type { DraftProps } from './DraftForm.tsx';
import { Exact } from './Prose.tsx';
import { isReadAsListed, prepare, type Prepared } from './prepare.ts';
import { newSalt, readSignedFile, signWithPasskey } from './signing.ts';

const words = reviews.one;

interface Props extends DraftProps {
  readonly isSaved: boolean;
}

export function SignDraft(props: Props): ReactNode {
  if (isReadAsListed(props.draft)) return <SignListed {...props} />;
  return (
    <section>
      <h2>{words.exact}</h2>
      <p role="alert">{words.otherRead}</p>
    </section>
  );
}

function SignListed({ id, draft, isSaved, again }: Props): ReactNode {
  const [salt] = useState(newSalt);
  const prepared = useMemo(() => prepare(draft, salt), [draft, salt]);
  const isEmpty = draft.content.text === '';
  return (
    <>
      <section>
        <h2>{words.exact}</h2>
        <Exact text={prepared.body.replace(/\n$/, '')} label={words.exact} />
        <p>
          {words.exactText} <Digest value={prepared.digest} whole />
        </p>
        <details>
          <summary>{words.statement}</summary>
          <p>
            {words.statementText} <code>{draft.heldBy}</code>.
          </p>
          <Exact text={readable(prepared)} label={words.statement} />
          <p>
            {words.challenge} <Digest value={prepared.statementId} whole />
          </p>
        </details>
        <WithPasskey
          id={id}
          draft={draft}
          prepared={prepared}
          ready={isSaved && !isEmpty}
          isEmpty={isEmpty}
          again={again}
        />
      </section>
      <details className="review-more">
        <summary>{words.file}</summary>
        <WithFile id={id} prepared={prepared} tree={draft.content.tree} again={again} />
      </details>
    </>
  );
}

function readable({ payload }: Prepared): string {
  return JSON.stringify(JSON.parse(fromUtf8(payload)), null, 2);
}

function WithPasskey({
  id,
  draft: { passkeys },
  prepared,
  ready,
  isEmpty,
  again,
}: DraftProps & {
  readonly prepared: Prepared;
  readonly ready: boolean;
  readonly isEmpty: boolean;
}): ReactNode {
  const change = useChange();
  const isKnown = passkeys.some(({ registered }) => registered);
  const [agreed, setAgreed] = useState(false);
  const field = useId();
  // Once a key is registered, the others need no place in the log.
  const usable = isKnown ? passkeys.filter(({ registered }) => registered) : passkeys;
  if (passkeys.length === 0) {
    return (
      <p>
        {words.noPasskey} <Link to="/account">{reviews.keys}</Link>
      </p>
    );
  }
  const sign = async (post: Post): Promise<void> => {
    const signed = await signWithPasskey(prepared, usable);
    await post('/do/reviews/sign', { id, ...signed });
    await again();
  };
  return (
    <div className="review-sign">
      {isKnown ? null : (
        <label htmlFor={field}>
          <input
            id={field}
            type="checkbox"
            checked={agreed}
            onChange={(event) => setAgreed(event.target.checked)}
          />
          <span>{words.consent}</span>
        </label>
      )}
      <button
        type="button"
        className="primary"
        disabled={!ready || change.busy || !(isKnown || agreed)}
        onClick={() => change.run(sign)}
      >
        {change.busy ? words.signing : words.sign}
      </button>
      {isEmpty ? <p className="hint">{words.empty}</p> : null}
      <Refusal change={change} />
    </div>
  );
}

function WithFile({
  id,
  prepared,
  tree,
  again,
}: {
  readonly id: string;
  readonly prepared: Prepared;
  readonly tree: string;
  readonly again: () => Promise<void>;
}): ReactNode {
  const change = useChange();
  const [address, setAddress] = useState<string>();
  const [wrong, setWrong] = useState(false);
  const field = useId();
  const name = `review-${id}.txt`;
  const make = async (post: Post): Promise<void> => {
    setAddress((await post<{ address: string }>('/do/reviews/task', { id })).address);
  };
  const upload = async (file: File | undefined): Promise<void> => {
    const signed = file === undefined ? undefined : await readSignedFile(file);
    setWrong(file !== undefined && signed === undefined);
    if (signed === undefined) return;
    change.run(async (post) => {
      await post('/do/reviews/sign', { id, ...signed });
      await again();
    });
  };
  return (
    <div className="review-file">
      <p>{words.fileText}</p>
      <p className="buttons">
        <Download name={name} text={prepared.body}>
          {words.save}
        </Download>
        <button type="button" disabled={change.busy} onClick={() => change.run(make)}>
          {words.makeTask}
        </button>
      </p>
      {address === undefined ? null : (
        <>
          <p>{words.task}</p>
          <Command
            text={`npx vitrine review sign ${name} --tree ${tree} \\\n    --key reviewer.key --center ${address}`}
          />
        </>
      )}
      <p>
        <label htmlFor={field}>{words.upload}</label>{' '}
        <input
          id={field}
          type="file"
          accept="application/json,.json"
          onChange={(event) => void upload(event.target.files?.[0])}
        />
      </p>
      {wrong ? <p role="alert">{words.uploadWrong}</p> : null}
      <Refusal change={change} />
    </div>
  );
}
