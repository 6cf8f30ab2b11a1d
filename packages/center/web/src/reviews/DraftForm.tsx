// A draft: what was read, the verdict, words and findings, and below them the very text that will be
// signed. What is typed is saved by itself; what is shown as the text to sign is what the server has, so
// that it cannot be signed before it was seen.

import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useId, useRef, useState, type ReactNode } from 'react';
import {
  normaliseText,
  reviewLimits,
  verdictWords,
  type VerdictWord,
} from '../../../src/contract/review-text.ts';
import { Refusal, useChange } from '../account/change.tsx';
import { reviews } from '../messages/reviews.ts';
import { Name } from '../source/paths.tsx';
import { Findings } from './Findings.tsx';
import { SignDraft } from './SignDraft.tsx';
import type { Draft } from './prepare.ts';
import { Sure } from './Sure.tsx';

const words = reviews.one;
const saveAfterMs = 400;

export interface DraftProps {
  readonly id: string;
  readonly draft: Draft;
  readonly again: () => Promise<void>;
}

export function DraftForm({ id, draft, again }: DraftProps): ReactNode {
  const [verdict, setVerdict] = useState(draft.content.verdict);
  const [text, setText] = useState(draft.content.text);
  const change = useChange();
  const ending = useChange();
  const navigate = useNavigate();
  const isSaved = verdict === draft.content.verdict && normaliseText(text) === draft.content.text;
  const { version } = draft;
  const { busy } = change;
  // What was refused is not sent again before it is another text.
  const tried = useRef<string>(undefined);
  const attempt = `${version} ${verdict} ${text}`;
  const save = useEffectEvent(() => {
    tried.current = attempt;
    change.run(async (post) => {
      await post('/do/reviews/save', { id, version, verdict, text });
      await again();
    });
  });
  useEffect(() => {
    if (isSaved || busy || tried.current === attempt) return undefined;
    const timer = setTimeout(save, saveAfterMs);
    return () => clearTimeout(timer);
  }, [isSaved, busy, attempt]);

  const discard = (): void =>
    ending.run(async (post) => {
      await post('/do/reviews/discard', { id });
      await navigate({ to: '/reviews' });
    });
  return (
    <>
      <p className="lead">{words.draftLead}</p>
      <Scope draft={draft} />
      <Verdicts verdict={verdict} choose={setVerdict} />
      <Words text={text} change={setText} />
      <p className="review-saved" role="status">
        {isSaved ? words.saved : busy ? words.saving : words.unsaved}
      </p>
      <Refusal change={change} />
      <Findings id={id} draft={draft} again={again} />
      <SignDraft id={id} draft={draft} isSaved={isSaved} again={again} />
      <p>
        <Sure label={words.discard} question={words.discardSure} disabled={ending.busy} act={discard} />
      </p>
      <Refusal change={ending} />
    </>
  );
}

function Scope({ draft: { content, readPaths } }: { readonly draft: Draft }): ReactNode {
  return (
    <section>
      <h2>{words.scope}</h2>
      <p>
        {words.scopeText(readPaths.length, content.read.of)}{' '}
        <Link to={`/source/${content.tree}`}>{words.toSource}</Link>
      </p>
      {readPaths.length === 0 ? null : (
        <details>
          <summary>{words.list}</summary>
          <ul className="review-paths">
            {readPaths.map((path) => (
              <li key={path}>
                <Name path={path} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Verdicts({
  verdict,
  choose,
}: {
  readonly verdict: VerdictWord;
  readonly choose: (verdict: VerdictWord) => void;
}): ReactNode {
  const name = useId();
  return (
    <fieldset className="review-verdicts">
      <legend>{words.verdict}</legend>
      {verdictWords.map((word) => (
        <label key={word}>
          <input type="radio" name={name} checked={verdict === word} onChange={() => choose(word)} />
          <span>
            <strong>{reviews.verdicts[word][0]}</strong> {reviews.verdicts[word][1]}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Words({
  text,
  change,
}: {
  readonly text: string;
  readonly change: (text: string) => void;
}): ReactNode {
  const field = useId();
  return (
    <div className="review-words">
      <label htmlFor={field}>{words.text}</label>
      <textarea
        id={field}
        rows={10}
        value={text}
        maxLength={reviewLimits.text}
        aria-describedby={`${field}-hint`}
        onChange={(event) => change(event.target.value)}
      />
      <p id={`${field}-hint`} className="hint">
        {words.textHint}
      </p>
    </div>
  );
}
