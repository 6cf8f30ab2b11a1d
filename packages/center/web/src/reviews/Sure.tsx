// What cannot be taken back is asked for twice: the second time in the page itself.

import { useState, type ReactNode } from 'react';
import { questions } from '../messages/reviews.ts';

export function Sure({
  label,
  question,
  disabled,
  act,
}: {
  readonly label: string;
  readonly question: string;
  readonly disabled: boolean;
  readonly act: () => void;
}): ReactNode {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <button type="button" disabled={disabled} onClick={() => setAsked(true)}>
        {label}
      </button>
    );
  }
  return (
    <span className="sure" role="group" aria-label={question}>
      <span>{question}</span>
      <button type="button" className="danger" disabled={disabled} onClick={act}>
        {label}
      </button>
      <button type="button" onClick={() => setAsked(false)}>
        {questions.cancel}
      </button>
    </span>
  );
}
