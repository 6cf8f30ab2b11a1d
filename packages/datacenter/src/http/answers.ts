// What a client is told of a refusal: the code, and the sentences that the table of codes has for it. Never
// the message of the error, which may quote what was sent or name a file of the machine.

import { isVitrineError } from '@vitrine/evidence';
import { hostErrors } from '@vitrine/host';
import { reportsErrors } from '@vitrine/reports';
import { datacenterErrors } from '../codes.ts';

export interface Answer {
  readonly status: 400 | 404 | 408 | 409 | 413 | 421 | 422 | 429 | 503;
  readonly code: string;
  readonly meaning: string;
  readonly remedy: string;
}

const statuses: readonly (readonly [RegExp, Answer['status']])[] = [
  // Seal again, for whom the policy names.
  [/^(?:intake\.sealing-key|report\.center|residency\.country|seal\.key)$/, 421],
  [/^(?:consent\.|intake\.consent$)/, 422],
  [/^(?:http\.body-too-large|seal\.size)$/, 413],
  [/^http\.body-slow$/, 408],
  [/^intake\.rate$/, 429],
  [/^intake\.replay$/, 409],
  [/^intake\.path$/, 404],
  [/^(?:seal\.|report\.|subject\.|intake\.content$|http\.body-cut$)/, 400],
  [/^intake\.(?:overloaded|closed)$/, 503],
];

/** Undefined: not the client's fault, so it is told no more than that it may try again. */
function statusOf(error: unknown): Answer['status'] | undefined {
  if (!isVitrineError(error)) return undefined;
  return statuses.find(([pattern]) => pattern.test(error.code))?.[1];
}

/** A failure of the data center itself: its operator must learn of it. */
export function isTrouble(error: unknown): boolean {
  return statusOf(error) === undefined;
}

export function answerTo(error: unknown): Answer {
  const status = statusOf(error);
  const code = status !== undefined && isVitrineError(error) ? error.code : 'intake.failed';
  const { meaning, remedy } = tables[code] ?? datacenterErrors['intake.failed'];
  return { status: status ?? 503, code, meaning, remedy };
}

const tables: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ...hostErrors,
  ...reportsErrors,
  ...datacenterErrors,
};
