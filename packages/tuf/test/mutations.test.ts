// Fifty thousand broken variants of valid files per parser: each is read or refused by a typed error.

import assert from 'node:assert/strict';
import test from 'node:test';
import { evidenceErrors } from '@vitrine/evidence';
import { mutationCount, updateParsers } from '@vitrine/testkit';
import { tufErrors } from '@vitrine/tuf';

for (const { name, refuses } of await updateParsers()) {
  test(`${name} meets hostile bytes with nothing but typed refusals`, async () => {
    const { codes } = await refuses(mutationCount());
    for (const code of codes.keys())
      assert.ok(code in evidenceErrors || code in tufErrors, `${code} is of neither package`);
  });
}
