import { Link } from '@tanstack/react-router';
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import type { Post, Thread } from '../../../src/contract/questions.ts';
import { reviewLimits } from '../../../src/contract/review-text.ts';
import { Refusal, useChange } from '../account/change.tsx';
import { questions as words } from '../messages/reviews.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Page } from '../ui/Page.tsx';
import { Time } from '../ui/Time.tsx';
import { Prose } from './Prose.tsx';
import { ThreadPlace, ThreadStatus } from './QuestionsPage.tsx';
import './reviews.css';

export function ThreadPage(): ReactNode {
  const twin = useTwin<Thread>();
  const again = (): void => void twin.refetch();
  return (
    <Page title={words.question} twin={twin}>
      {({ thread, posts, may }) => (
        <>
          <p>
            <ThreadStatus state={thread.state} />
          </p>
          <dl className="facts">
            <dt>{words.at}</dt>
            <dd>
              {thread.products.join(', ')} <ThreadPlace thread={thread} />
            </dd>
            <dt>SHA-256</dt>
            <dd>
              <Digest value={thread.blob} />
            </dd>
          </dl>
          <ol className="posts">
            {posts.map((post) => (
              <li key={post.id}>
                <OnePost post={post} mayEdit={post.mine && may.post} again={again} />
              </li>
            ))}
          </ol>
          <Actions id={thread.id} may={may} again={again} />
          <p>
            <Link to="/questions">{words.title}</Link>
          </p>
        </>
      )}
    </Page>
  );
}

function OnePost({
  post,
  mayEdit,
  again,
}: {
  readonly post: Post;
  readonly mayEdit: boolean;
  readonly again: () => void;
}): ReactNode {
  const [editing, setEditing] = useState(false);
  const { author, vendor, mine, text, written, earlier } = post;
  return (
    <article className={`card post ${vendor ? 'post-vendor' : ''}`}>
      <header>
        <strong>{mine ? words.you : vendor ? words.vendor : <code>{author}</code>}</strong>{' '}
        <Time seconds={written} />
        {mayEdit && !editing ? (
          <button type="button" onClick={() => setEditing(true)}>
            {words.edit}
          </button>
        ) : null}
      </header>
      {editing ? (
        <Edit
          post={post}
          done={(changed) => {
            setEditing(false);
            if (changed) again();
          }}
        />
      ) : (
        <Prose text={text} />
      )}
      {earlier.length === 0 ? null : (
        <details>
          <summary>{words.edited(earlier.length)}</summary>
          {earlier.map((one, at) => (
            <div key={at} className="post-earlier">
              <p className="hint">
                {words.before} <Time seconds={one.written} exact />
              </p>
              <Prose text={one.text} />
            </div>
          ))}
        </details>
      )}
    </article>
  );
}

function Edit({ post, done }: { readonly post: Post; readonly done: (changed: boolean) => void }): ReactNode {
  const change = useChange();
  const [text, setText] = useState(post.text);
  const save = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.run(async (send) => {
      await send('/do/questions/edit', { post: post.id, text });
      done(true);
    });
  };
  return (
    <form className="review-form" onSubmit={save}>
      <textarea
        rows={5}
        required
        aria-label={words.edit}
        value={text}
        maxLength={reviewLimits.post}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="buttons">
        <button type="submit" className="primary" disabled={change.busy}>
          {words.saveEdit}
        </button>
        <button type="button" onClick={() => done(false)}>
          {words.cancel}
        </button>
      </p>
      <Refusal change={change} />
    </form>
  );
}

function Actions({
  id,
  may,
  again,
}: {
  readonly id: string;
  readonly may: Thread['may'];
  readonly again: () => void;
}): ReactNode {
  const change = useChange();
  const [text, setText] = useState('');
  const field = useId();
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.run(async (post) => {
      await post('/do/questions/post', { id, text });
      setText('');
      again();
    });
  };
  const setState = (state: 'open' | 'closed'): void =>
    change.run(async (post) => {
      await post('/do/questions/state', { id, state });
      again();
    });
  return (
    <>
      {may.post ? (
        <form className="review-form" onSubmit={send}>
          <label htmlFor={field}>{words.reply}</label>
          <textarea
            id={field}
            rows={5}
            required
            value={text}
            maxLength={reviewLimits.post}
            aria-describedby={`${field}-hint`}
            onChange={(event) => setText(event.target.value)}
          />
          <p id={`${field}-hint`} className="hint">
            {words.replyHint}
          </p>
          <button type="submit" className="primary" disabled={change.busy}>
            {words.send}
          </button>
        </form>
      ) : null}
      <p className="buttons">
        {may.close ? (
          <button type="button" disabled={change.busy} onClick={() => setState('closed')}>
            {words.close}
          </button>
        ) : null}
        {may.reopen ? (
          <button type="button" disabled={change.busy} onClick={() => setState('open')}>
            {words.reopen}
          </button>
        ) : null}
      </p>
      <Refusal change={change} />
    </>
  );
}
