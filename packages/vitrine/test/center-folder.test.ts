import assert from 'node:assert/strict';
import test from 'node:test';
import { isVitrineError } from '@vitrine/evidence';
import { formatReviewers } from '@vitrine/log/admission';
import { testSigner } from '@vitrine/testkit';
import { centerOrigin } from '../src/center-folder.ts';

const taken = [
  'https://center.example',
  'https://center.example:8443',
  'http://localhost:7440',
  'http://center.localhost:7440',
];

test('what a Center may be called is what a log takes its reviewers at', () => {
  const passkey = testSigner('reviewer', 'ecdsa-p256').publicKey;
  for (const origin of taken) {
    assert.equal(centerOrigin.check(origin), origin);
    const webauthn = { rpId: new URL(origin).hostname, origin };
    formatReviewers('log.example', [{ publicKey: passkey, operator: 'reviewer-00000000', webauthn }]);
  }
});

for (const [what, origin] of [
  ['a path', 'https://center.example/'],
  ['an address', 'https://192.0.2.1'],
  ['no protection', 'http://center.example'],
  ['a name that is none of a host', 'https://my_center.example'],
  ['a dot at its end', 'https://center.example.'],
  ['two names before localhost', 'http://a.center.localhost:7440'],
] as const)
  test(`a Center is not called by an origin with ${what}`, () => {
    assert.throws(
      () => centerOrigin.check(origin),
      (error) => isVitrineError(error, 'schema.mismatch'),
    );
  });
