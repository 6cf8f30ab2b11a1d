import assert from 'node:assert/strict';
import { isVitrineError } from '@vitrine/evidence';
import type { ReportsCode } from '@vitrine/reports';

/** The work throws exactly this code, and its message holds none of these texts. */
export async function rejects(
  code: ReportsCode,
  work: () => unknown,
  secrets: readonly string[] = [],
): Promise<void> {
  await assert.rejects(
    async () => work(),
    (error: unknown) => {
      assert.ok(isVitrineError(error), `not a typed refusal: ${String(error)}`);
      assert.equal(error.code, code, error.message);
      for (const secret of secrets) assert.ok(!error.message.includes(secret), error.message);
      return true;
    },
  );
}
