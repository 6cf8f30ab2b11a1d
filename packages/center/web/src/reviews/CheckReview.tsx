// The check of a review, and what of the page rests on it.

import { fromBase64, toHex } from '@vitrine/evidence';
import { Link } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import type { Review } from '../../../src/contract/reviews.ts';
import { readLogFile } from '../log/fetch-file.ts';
import { browserMemory } from '../log/head-memory.ts';
import { log } from '../messages/log.ts';
import { reviews } from '../messages/reviews.ts';
import { Status, type Mark } from '../ui/Status.tsx';
import { checkReview, type CheckedReview, type Outcome } from './check.ts';
import { Download } from './Download.tsx';

const words = reviews.one;

/** Undefined while it runs. */
export function useReviewCheck(data: Review): CheckedReview | undefined {
  const [last, setLast] = useState<{ readonly of: Review; readonly checked: CheckedReview }>();
  useEffect(() => {
    let isOver = false;
    const keep = (checked: CheckedReview): void => {
      if (!isOver) setLast({ of: data, checked });
    };
    const tools = {
      read: readLogFile,
      memory: browserMemory(),
      now: () => Math.floor(Date.now() / 1_000),
    };
    checkReview(data, tools).then(keep, (error: unknown) =>
      keep({ outcomes: [{ name: 'entry', answer: 'no', fault: String(error) }], verdict: undefined }),
    );
    return () => {
      isOver = true;
    };
  }, [data]);
  // What was found of an earlier answer says nothing of this one.
  return last?.of === data ? last.checked : undefined;
}

export function CheckReview({
  data,
  checked,
}: {
  readonly data: Review;
  readonly checked: CheckedReview | undefined;
}): ReactNode {
  const { body, salt, review } = data;
  return (
    <section>
      <h2>{words.check}</h2>
      <p>{words.checkText}</p>
      <ul className="review-checks" aria-live="polite">
        {checked === undefined ? (
          <li>
            <Status mark="wait">{log.check.running}</Status>
          </li>
        ) : (
          checked.outcomes.map((one) => <OutcomeLine key={one.name} outcome={one} />)
        )}
      </ul>
      {review.logged === null ? null : (
        <p>
          <Link to={`/log/entries/${review.logged.index}`}>{words.everyStep}</Link>
        </p>
      )}
      {body === null || salt === null ? null : (
        <Download
          name={`review-${review.id}.json`}
          type="application/json"
          text={`${JSON.stringify({ salt: toHex(fromBase64(salt)), text: body })}\n`}
        >
          {words.download}
        </Download>
      )}
    </section>
  );
}

const marks: Readonly<Record<Outcome['answer'], Mark>> = { yes: 'ok', no: 'bad', unknown: 'none' };

function OutcomeLine({
  outcome: { name, answer, reason, fault, warning },
}: {
  readonly outcome: Outcome;
}): ReactNode {
  const because = reason === undefined ? fault : words.reasons[reason];
  return (
    <li>
      <Status mark={warning === undefined ? marks[answer] : 'warn'}>{words.answers[answer]}</Status>{' '}
      {words.checks[name]}
      {because === undefined ? null : `: ${because}`}
      {warning === undefined ? null : `: ${log.check.warnings[warning][1]}`}
    </li>
  );
}
