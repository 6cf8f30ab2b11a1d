// Fifty thousand broken variants of valid inputs per parser: each is read or refused by a typed error.

import assert from 'node:assert/strict';
import test from 'node:test';
import { evidenceErrors } from '@vitrine/evidence';
import { evidenceParsers, mutationCount } from '@vitrine/testkit';

for (const { name, refuses } of await evidenceParsers()) {
  test(`${name} meets hostile bytes with nothing but typed refusals`, async () => {
    const { codes } = await refuses(mutationCount());
    for (const code of codes.keys()) assert.ok(code in evidenceErrors, `${code} is not of this package`);
  });
}
