// Validity by position (D10).

import assert from 'node:assert/strict';
import test from 'node:test';
import { buildPolicy, isValidAt, keyAt, type Position, type TrustPolicyDocument } from '@vitrine/evidence';
import { makeWorld, worldOrigin } from '@vitrine/testkit';

const { policy } = await makeWorld();
const good = policy.document;
const at = (index: number, origin = worldOrigin): Position => ({ origin, index });
const build = (document: TrustPolicyDocument): ReturnType<typeof buildPolicy> =>
  buildPolicy(document, policy.root);

test('a key counts from its first position on and below its last, through shards in their order', () => {
  const document: TrustPolicyDocument = {
    ...good,
    log: {
      ...good.log,
      frozen: [
        { origin: 'log.example/2024', size: 50, root: Buffer.alloc(32).toString('base64') },
        { origin: 'log.example/2025', size: 60, root: Buffer.alloc(32).toString('base64') },
      ],
    },
  };
  const { place } = build(document);
  const valid = (from: Position, until: Position | undefined, position: Position): boolean =>
    isValidAt({ from, ...(until === undefined ? {} : { until }) }, position, place);
  assert.ok(valid(at(5), undefined, at(5)));
  assert.ok(!valid(at(5), undefined, at(4)));
  assert.ok(valid(at(5), at(9), at(8)));
  assert.ok(!valid(at(5), at(9), at(9)));
  assert.ok(!valid(at(5), at(5), at(5)));
  assert.ok(valid(at(49, 'log.example/2024'), undefined, at(0, 'log.example/2025')));
  assert.ok(valid(at(3, 'log.example/2025'), at(0), at(59, 'log.example/2025')));
  assert.ok(!valid(at(3, 'log.example/2025'), at(0), at(0)));
  assert.ok(!valid(at(3, 'log.example/2025'), undefined, at(49, 'log.example/2024')));
  assert.ok(!valid(at(0, 'log.example/2024'), undefined, at(0, 'elsewhere.example/log')));
  assert.ok(!valid(at(0, 'elsewhere.example/log'), undefined, at(0)));
});

test('a key is found by keyid, role and position together', () => {
  const keyid = good.keys.find(({ role }) => role === 'releaser')?.keyid ?? '';
  const keys = good.keys.map((key) => (key.keyid === keyid ? { ...key, from: at(3), until: at(8) } : key));
  const built = build({ ...good, keys });
  assert.equal(keyAt(built, keyid, 'releaser', at(3))?.keyid, keyid);
  assert.equal(keyAt(built, keyid, 'releaser', at(7))?.keyid, keyid);
  assert.equal(keyAt(built, keyid, 'releaser', at(2)), undefined);
  assert.equal(keyAt(built, keyid, 'releaser', at(8)), undefined);
  assert.equal(keyAt(built, keyid, 'builder', at(5)), undefined);
  assert.equal(keyAt(built, 'f'.repeat(64), 'releaser', at(5)), undefined);
});
