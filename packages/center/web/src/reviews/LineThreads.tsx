// Questions about one file, for the file view: which there are, and asking about the lines that are marked.

import { Link, useNavigate } from '@tanstack/react-router';
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import type { Questions } from '../../../src/contract/questions.ts';
import { reviewLimits } from '../../../src/contract/review-text.ts';
import { Refusal, useChange } from '../account/change.tsx';
import { questions as words } from '../messages/reviews.ts';
import { Text } from '../source/code/Text.tsx';
import { useAddress } from '../twin.ts';
import { ThreadStatus } from './QuestionsPage.tsx';
import './reviews.css';

export interface LineThreadsProps {
  readonly tree: string;
  /** As in tree listings. */
  readonly path: string;
  /** The marked lines. */
  readonly lines?: { readonly first: number; readonly last: number } | undefined;
}

export function LineThreads({ tree, path, lines }: LineThreadsProps): ReactNode {
  const twin = useAddress<Questions>(`/questions.json?${new URLSearchParams({ tree, path }).toString()}`);
  if (twin.data === undefined) return null;
  const { threads, mayAsk } = twin.data;
  return (
    <section className="line-threads">
      <h2>{words.onFile}</h2>
      {threads.length === 0 ? (
        <p>{words.noneOnFile}</p>
      ) : (
        <ul>
          {threads.map((thread) => (
            <li key={thread.id}>
              <ThreadStatus state={thread.state} />{' '}
              <a href={`#L${thread.first}-L${thread.last}`}>{words.lines(thread.first, thread.last)}</a>{' '}
              <Link to={`/questions/${thread.id}`}>
                <Text text={thread.excerpt.replaceAll('\n', ' ')} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {mayAsk ? (
        lines === undefined ? (
          <p className="hint">{words.askHint}</p>
        ) : (
          <Ask tree={tree} path={path} lines={lines} />
        )
      ) : (
        <p>
          <Link to={'/sign-in'}>{words.signIn}</Link>
        </p>
      )}
    </section>
  );
}

function Ask({
  tree,
  path,
  lines,
}: LineThreadsProps & { readonly lines: NonNullable<LineThreadsProps['lines']> }): ReactNode {
  const { first, last } = lines;
  const change = useChange();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const field = useId();
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.run(async (post) => {
      const { id } = await post<{ id: string }>('/do/questions/ask', { tree, path, first, last, text });
      await navigate({ to: `/questions/${id}` });
    });
  };
  return (
    <details className="review-more">
      <summary>{words.ask(words.lines(first, last))}</summary>
      <form className="review-form" onSubmit={send}>
        <label htmlFor={field}>{words.askText}</label>
        <textarea
          id={field}
          rows={4}
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
          {words.sendQuestion}
        </button>
        <Refusal change={change} />
      </form>
    </details>
  );
}
