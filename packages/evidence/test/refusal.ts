import assert from 'node:assert/strict';
import { isVitrineError, type evidenceErrors } from '@vitrine/evidence';

export type EvidenceCode = keyof typeof evidenceErrors;

/** The work throws exactly this code. */
export function refuses(code: EvidenceCode, work: () => unknown, message?: string): void {
  assert.throws(work, (error: unknown) => isCode(error, code), message);
}

/** The same for a promise. */
export async function rejects(code: EvidenceCode, work: Promise<unknown>, message?: string): Promise<void> {
  await assert.rejects(work, (error: unknown) => isCode(error, code), message);
}

function isCode(error: unknown, code: string): true {
  assert.ok(isVitrineError(error), `not a typed refusal: ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return true;
}
