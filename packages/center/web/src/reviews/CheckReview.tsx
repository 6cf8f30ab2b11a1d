// What anybody can check of a review, computed in this browser from the bytes that the page was given: the
// commitment, and the signature under the key as the admission list names it.

import {
  expectKind,
  fromBase64,
  isVitrineError,
  openCommitment,
  parseEnvelope,
  payloadOf,
  preAuthEncoding,
  requireListedSignature,
  review as reviewKind,
  statementOf,
  subjectOf,
  toHex,
  utf8,
} from '@vitrine/evidence';
import { useEffect, useState, type ReactNode } from 'react';
import type { Review } from '../../../src/contract/reviews.ts';
import { reviews } from '../messages/reviews.ts';
import { Status } from '../ui/Status.tsx';
import { Download } from './Download.tsx';

const words = reviews.one;

interface Outcome {
  readonly label: string;
  /** What is wrong; undefined where it holds. */
  readonly fault: string | undefined;
}

async function faultOf(work: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (isVitrineError(error)) return error.message;
    throw error;
  }
}

async function check({ envelope, key, body, salt, review }: Review): Promise<readonly Outcome[]> {
  if (envelope === null || key === null) return [];
  const parsed = parseEnvelope(fromBase64(envelope));
  const statement = expectKind(statementOf(parsed), reviewKind);
  const [signature] = parsed.signatures;
  const outcomes: Outcome[] = [
    {
      label: words.subject,
      fault: subjectOf(statement, 'tree') === review.tree.digest ? undefined : words.wrong,
    },
    {
      label: words.signature,
      fault: await faultOf(() =>
        requireListedSignature(
          { spki: fromBase64(key.publicKey), webauthn: key.webauthn ?? undefined },
          preAuthEncoding(parsed.payloadType, payloadOf(parsed)),
          fromBase64(signature?.sig ?? ''),
        ),
      ),
    },
  ];
  if (body !== null && salt !== null) {
    const fault = await faultOf(() => openCommitment(statement.predicate, fromBase64(salt), utf8(body)));
    outcomes.unshift({ label: words.commitment, fault });
  }
  return outcomes;
}

export function CheckReview({ data }: { readonly data: Review }): ReactNode {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>();
  useEffect(() => {
    let current = true;
    check(data).then(
      (found) => current && setOutcomes(found),
      (error: unknown) => current && setOutcomes([{ label: words.check, fault: String(error) }]),
    );
    return () => {
      current = false;
    };
  }, [data]);
  if (outcomes === undefined || outcomes.length === 0) return null;
  const { body, salt } = data;
  return (
    <section>
      <h2>{words.check}</h2>
      <p>{words.checkText}</p>
      <ul className="review-checks" aria-live="polite">
        {outcomes.map(({ label, fault }) => (
          <li key={label}>
            <Status mark={fault === undefined ? 'ok' : 'bad'}>
              {fault === undefined ? words.right : words.wrong}
            </Status>{' '}
            {label}
            {fault === undefined ? null : `: ${fault}`}
          </li>
        ))}
      </ul>
      {body === null || salt === null ? null : (
        <Download
          name={`review-${data.review.id}.json`}
          type="application/json"
          text={`${JSON.stringify({ salt: toHex(fromBase64(salt)), text: body })}\n`}
        >
          {words.download}
        </Download>
      )}
    </section>
  );
}
