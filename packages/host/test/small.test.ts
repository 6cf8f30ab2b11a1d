import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  requireSignature,
  sha256 as pureSha256,
  strictSignature,
  parseSpki,
  utf8,
  type Scheme,
} from '@vitrine/evidence';
import {
  createMetrics,
  eachBounded,
  fakeClock,
  hostErrors,
  sha256,
  sha256Hex,
  systemClock,
  verifySignature,
} from '@vitrine/host';
import { randomFrom, testSigner } from '@vitrine/testkit';

test('the platform hash agrees with the pure one', () => {
  const random = randomFrom(1);
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, () => random.below(256));
    assert.deepEqual(sha256(bytes), pureSha256(bytes));
    assert.equal(sha256Hex(bytes), Buffer.from(pureSha256(bytes)).toString('hex'));
  }
});

for (const scheme of ['ed25519', 'ecdsa-p256', 'ml-dsa-44'] satisfies Scheme[]) {
  test(`a ${scheme} signature verifies, and nothing else does`, async () => {
    const signer = testSigner('platform', scheme);
    const other = testSigner('someone else', scheme);
    const message = utf8('message');
    const signature = await signer.sign(message);
    assert.equal(await verifySignature(scheme, signer.publicKey, message, signature), true);
    await requireSignature(signer.publicKey, message, signature, verifySignature);
    assert.equal(await verifySignature(scheme, other.publicKey, message, signature), false);
    assert.equal(await verifySignature(scheme, signer.publicKey, utf8('messagE'), signature), false);
    for (const at of [0, 4, 10, 40, signature.length - 1]) {
      const altered = signature.slice();
      altered[at] = (altered[at] ?? 0) ^ 1;
      if (strictSignature(scheme, parseSpki(signer.publicKey).raw, altered) !== undefined) continue;
      assert.equal(await verifySignature(scheme, signer.publicKey, message, altered), false);
    }
    assert.equal(await verifySignature(scheme, signer.publicKey, message, new Uint8Array(0)), false);
  });
}

test('a key that is no point of its curve verifies nothing', async () => {
  const offCurve = testSigner('platform', 'ecdsa-p256').publicKey.slice();
  offCurve[offCurve.length - 1] = (offCurve.at(-1) ?? 0) ^ 1;
  const signature = await testSigner('platform', 'ecdsa-p256').sign(utf8('x'));
  assert.equal(await verifySignature('ecdsa-p256', offCurve, utf8('x'), signature), false);
});

test('more keys than are kept verify all the same', async () => {
  const message = utf8('m');
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 300; i++) {
      const signer = testSigner(`many ${i}`);
      assert.equal(
        await verifySignature('ed25519', signer.publicKey, message, await signer.sign(message)),
        true,
      );
    }
  }
});

test('a fake clock stands still until it is told otherwise', () => {
  const clock = fakeClock(1_000);
  assert.deepEqual([clock.now(), clock.now()], [1_000, 1_000]);
  clock.advance(500);
  assert.equal(clock.now(), 1_500);
  clock.set(7);
  assert.equal(clock.now(), 7);
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
});

test('metrics are written in the Prometheus text format', () => {
  const metrics = createMetrics();
  const added = metrics.counter('log_entries_total', 'Entries added.\nOf all kinds.');
  const size = metrics.gauge('log_size', 'Size of the tree.');
  const seconds = metrics.histogram('append_seconds', 'Time to durability.', [0.1, 1]);
  added.add();
  added.add(2, { outcome: 'refused', kind: 'a "b" \\ c' });
  added.add(1, { kind: 'a "b" \\ c', outcome: 'refused' });
  size.set(15);
  size.set(16);
  for (const value of [0.05, 0.1, 0.5, 3]) seconds.observe(value);
  seconds.observe(2, { route: 'add' });
  assert.equal(
    metrics.text(),
    `# HELP log_entries_total Entries added.\\nOf all kinds.
# TYPE log_entries_total counter
log_entries_total 1
log_entries_total{kind="a \\"b\\" \\\\ c",outcome="refused"} 3
# HELP log_size Size of the tree.
# TYPE log_size gauge
log_size 16
# HELP append_seconds Time to durability.
# TYPE append_seconds histogram
append_seconds_bucket{le="0.1"} 2
append_seconds_bucket{le="1"} 3
append_seconds_bucket{le="+Inf"} 4
append_seconds_sum 3.65
append_seconds_count 4
append_seconds_bucket{route="add",le="0.1"} 0
append_seconds_bucket{route="add",le="1"} 0
append_seconds_bucket{route="add",le="+Inf"} 1
append_seconds_sum{route="add"} 2
append_seconds_count{route="add"} 1
`,
  );
});

test('a label from the network cannot grow the metrics without bound', () => {
  const metrics = createMetrics();
  const counter = metrics.counter('requests_total', 'Requests.');
  for (let i = 0; i < 5_000; i++) counter.add(1, { path: String(i) });
  const lines = metrics.text().trim().split('\n');
  assert.equal(lines.length, 2 + 1_001);
  assert.equal(lines.at(-1), 'requests_total{overflow="true"} 4000');
});

test('metrics refuse names twice, bad names and falling counters', () => {
  const metrics = createMetrics();
  const counter = metrics.counter('a_total', 'A.');
  assert.throws(() => metrics.gauge('a_total', 'A.'), TypeError);
  assert.throws(() => metrics.gauge('a b', 'A.'), TypeError);
  assert.throws(() => counter.add(-1), TypeError);
  assert.throws(() => counter.add(NaN), TypeError);
});

test('bounded parallel work stays within its bound and visits every item once', async () => {
  let running = 0;
  let most = 0;
  const seen: number[] = [];
  await eachBounded(
    Array.from({ length: 50 }, (_, i) => i),
    4,
    async (i) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(i);
      running--;
    },
  );
  assert.equal(most, 4);
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
});

test('after a failure no new item starts, and those that run are waited for', async () => {
  const ended: number[] = [];
  const work = async (i: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, i * 5));
    ended.push(i);
    if (i === 1) throw new Error('one failed');
  };
  await assert.rejects(eachBounded([0, 1, 2, 3, 4, 5, 6, 7], 3, work), { message: 'one failed' });
  assert.ok(ended.length < 8);
  const before = ended.length;
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(ended.length, before);
});

test('every error of this package has a meaning, a remedy and an exit code', () => {
  for (const [code, { exit, meaning, remedy }] of Object.entries(hostErrors)) {
    assert.match(code, /^[a-z]+\.[a-z]+(-[a-z]+)*$/);
    assert.ok(exit >= 1 && exit <= 5);
    assert.match(meaning, /^[A-Z].*\.$/);
    assert.match(remedy, /^[A-Z].*\.$/);
  }
});
