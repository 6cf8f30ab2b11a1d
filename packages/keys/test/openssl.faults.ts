// Another implementation reads what a key signed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { utf8 } from '@vitrine/evidence';
import { generateKey } from '@vitrine/keys';
import { temporaryDirectory } from '@vitrine/testkit';

test('openssl verifies what a P-256 key signed', async (t) => {
  const folder = temporaryDirectory(t);
  const signer = await generateKey(join(folder, 'key.pem'), 'ecdsa-p256');
  const publicKey = createPublicKey({ key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' });
  writeFileSync(join(folder, 'pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(folder, 'message'), 'message');
  writeFileSync(join(folder, 'signature'), await signer.sign(utf8('message')));
  const args = ['dgst', '-sha256', '-verify', 'pub.pem', '-signature', 'signature', 'message'];
  assert.match(execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' }), /Verified OK/);
});
