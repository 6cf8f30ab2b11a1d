import assert from 'node:assert/strict';
import { rmSync, utimesSync, writeFileSync, renameSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  formatEnvelope,
  inTotoPayload,
  preAuthEncoding,
  review,
  signStatement,
  finding,
  statementPayload,
  toBase64,
  toHex,
  utf8,
  type Signer,
} from '@vitrine/evidence';
import { listen, sha256, writeDurable } from '@vitrine/host';
import { fsck, logHandler, type LogWriter } from '@vitrine/log';
import {
  admit,
  formatReviewers,
  makeAdmissionList,
  parseAdmissionList,
  parseReviewers,
  withReviewers,
  type AdmittedReviewer,
} from '@vitrine/log/admission';
import { temporaryDirectory, testPasskey, testSigner, type Mischief } from '@vitrine/testkit';
import { admissionFor, newLog, origin, startLog, statement } from './helpers.ts';

const [vendor, plain] = [testSigner('vendor'), testSigner('reviewer with a key file')];
const passkey = testPasskey('reviewer');
const digest = (what: string): string => toHex(sha256(utf8(what)));

const sealed = (what: string): { commitment: string; heldBy: string; issuedAt: string } => ({
  commitment: digest(what),
  heldBy: 'vendor',
  issuedAt: '2026-11-24T09:30:00Z',
});
const subject = [{ name: 'tree', digest: { sha256: digest('tree') } }];

async function plainReview(signer: Signer, what = 'review'): Promise<Uint8Array> {
  return formatEnvelope(await signStatement(review, subject, sealed(what), signer));
}

async function passkeyReview(what = 'review', mischief: Mischief = {}): Promise<Uint8Array> {
  const payload = statementPayload(review, subject, sealed(what));
  const sig = await passkey.sign(preAuthEncoding(inTotoPayload, payload), mischief);
  return formatEnvelope({
    payload: toBase64(payload),
    payloadType: inTotoPayload,
    signatures: [{ keyid: passkey.keyid, sig: toBase64(sig) }],
  });
}

const both: readonly AdmittedReviewer[] = [
  { publicKey: passkey.listed.spki, operator: 'reviewer-00000001', webauthn: passkey.listed.webauthn },
  { publicKey: plain.publicKey, operator: 'reviewer-00000002' },
];
const list = withReviewers(
  makeAdmissionList(origin, [{ publicKey: vendor.publicKey, operator: 'vendor', kinds: ['source'] }]),
  parseReviewers(formatReviewers(origin, both)).keys,
);

const asked: readonly {
  readonly what: string;
  readonly entry: () => Promise<Uint8Array>;
  readonly code?: string;
}[] = [
  { what: 'a review by a passkey', entry: () => passkeyReview() },
  { what: 'a review by a key file', entry: () => plainReview(plain) },
  {
    what: 'a plain signature by the key of a passkey',
    entry: () => plainReview(testSigner('passkey reviewer', 'ecdsa-p256')),
    code: 'signature.webauthn',
  },
  {
    what: 'a review at another origin',
    entry: () => passkeyReview('review', { origin: 'https://evil.example' }),
    code: 'signature.webauthn',
  },
  {
    what: 'a review whose owner was not verified',
    entry: () => passkeyReview('review', { flags: 1 }),
    code: 'signature.webauthn',
  },
  {
    what: 'the signature of another review',
    entry: () => passkeyReview('review', { challenge: sha256(utf8('another')) }),
    code: 'signature.webauthn',
  },
  { what: 'a source by a reviewer', entry: () => statement(plain), code: 'admission.kind' },
  {
    what: 'a finding by a reviewer',
    entry: async () =>
      formatEnvelope(
        await signStatement(
          finding,
          [{ name: 'about', digest: { sha256: digest('tree') } }],
          { ...sealed('finding'), severity: 'minor' as const },
          plain,
        ),
      ),
    code: 'admission.kind',
  },
  { what: 'a review by the vendor', entry: () => plainReview(vendor), code: 'admission.kind' },
  { what: 'a review by a stranger', entry: () => plainReview(testSigner('x')), code: 'admission.signer' },
];
for (const { what, entry, code } of asked) {
  test(`${code === undefined ? 'admitted' : `refused (${code})`}: ${what}`, async () => {
    const work = admit(await entry(), list);
    if (code === undefined) assert.equal((await work).kind.kind, 'review');
    else await assert.rejects(work, { code });
  });
}

const files: readonly (readonly [string, (text: string) => string])[] = [
  ['another kind', (text) => text.replace('["review"]', '["source"]')],
  ['a second kind', (text) => text.replace('["review"]', '["finding","review"]')],
  ['no kind', (text) => text.replace('["review"]', '[]')],
  ['the name of an operator', (text) => text.replace('reviewer-00000001', 'vendor')],
  ['the name of a person', (text) => text.replace('reviewer-00000001', 'reviewer-alice')],
  ['a member more', (text) => text.replace('"kinds"', '"email":"x","kinds"')],
  ['an origin that is not of the relying party', (text) => text.replace('https://center', 'https://evil')],
  ['another keyid', (text) => text.replace(plain.keyid, plain.keyid.replace(/.$/, 'g'))],
  ['white space', (text) => `${text}\n`],
  ['half of it', (text) => text.slice(0, text.length / 2)],
  ['nothing', () => ''],
];
for (const [what, change] of files) {
  test(`a reviewers' file with ${what} is refused`, () => {
    const text = Buffer.from(formatReviewers(origin, both)).toString();
    assert.notEqual(change(text), text);
    assert.throws(() => parseReviewers(utf8(change(text))), { name: 'VitrineError' });
  });
}

test('a passkey is a P-256 key, in either list', () => {
  const listed = {
    publicKey: plain.publicKey,
    operator: 'reviewer-00000003',
    webauthn: passkey.listed.webauthn,
  };
  assert.throws(() => formatReviewers(origin, [listed]), { code: 'admission.key' });
  assert.throws(() => makeAdmissionList(origin, [{ ...listed, kinds: ['review'] }]), {
    code: 'admission.key',
  });
});

test('more than 1,000 reviewers are refused', () => {
  const text = Buffer.from(formatReviewers(origin, [both[1] as AdmittedReviewer])).toString();
  const [one] = (JSON.parse(text) as { keys: unknown[] }).keys;
  const many = JSON.stringify({ keys: Array.from({ length: 1001 }, () => one), origin });
  assert.throws(() => parseReviewers(utf8(many)), { code: 'schema.mismatch', message: /1000/ });
});

test('what the operator lists of a key stands, whatever a Center says of it', async () => {
  const own = admissionFor([plain]);
  const merged = withReviewers(own, parseReviewers(formatReviewers(origin, both)).keys);
  assert.deepEqual([...(merged.keys.get(plain.keyid)?.kinds ?? [])], ['source']);
  await admit(await statement(plain), merged);
  await assert.rejects(admit(await plainReview(plain), merged), { code: 'admission.kind' });
  assert.deepEqual(parseAdmissionList(merged.bytes), merged);
});

interface Running {
  readonly log: LogWriter;
  readonly dir: string;
  readonly path: string;
  readonly troubles: (string | undefined)[];
}

async function running(t: TestContext, first?: readonly AdmittedReviewer[]): Promise<Running> {
  const path = join(temporaryDirectory(t), 'reviewers.json');
  if (first !== undefined) writeFileSync(path, formatReviewers(origin, first));
  const dir = await newLog(t, 'admission');
  return { dir, path, ...(await reopen(t, dir, path)) };
}

async function reopen(t: TestContext, dir: string, path: string): Promise<Omit<Running, 'dir' | 'path'>> {
  const troubles: (string | undefined)[] = [];
  const log = await startLog(t, {
    dir,
    ...(existsSync(join(dir, 'admission.json')) ? {} : { admission: admissionFor([vendor]) }),
    reviewers: path,
    onReviewers: (trouble) => troubles.push(trouble?.message),
  });
  return { log, troubles };
}

test('a running log admits a reviewer as soon as the Center has written its file', async (t) => {
  const { log, path, troubles } = await running(t);
  const entry = await passkeyReview();
  await assert.rejects(log.append(entry), { code: 'admission.signer' });
  await writeDurable(path, formatReviewers(origin, both));
  const { index } = await log.append(entry);
  assert.equal(
    (await log.append(await passkeyReview())).index,
    index,
    'the same statement, another signature',
  );
  await log.append(await plainReview(plain, 'another'));
  assert.deepEqual(troubles, []);
  const published = parseAdmissionList(log.admission()?.bytes ?? new Uint8Array(0));
  assert.deepEqual(published.document.reviewers?.map(({ operator }) => operator).toSorted(), [
    'reviewer-00000001',
    'reviewer-00000002',
  ]);
  assert.equal(published.document.keys.length, 1);
});

test('a reviewer whom the Center took off its list logs no more', async (t) => {
  const { log, path } = await running(t, both);
  await log.append(await passkeyReview());
  await writeDurable(path, formatReviewers(origin, both.slice(1)));
  await log.readReviewers();
  await assert.rejects(log.append(await passkeyReview('another')), { code: 'admission.signer' });
});

test('a broken file keeps the last good one, is reported once, and the next good one is taken', async (t) => {
  const { log, path, troubles } = await running(t, both.slice(1));
  writeFileSync(path, '{"keys":[');
  await log.readReviewers();
  await log.readReviewers();
  await log.append(await plainReview(plain));
  assert.equal(troubles.length, 1);
  assert.match(troubles[0] ?? '', /the last one stays/);
  await writeDurable(path, formatReviewers('log.example/other', both));
  await log.readReviewers();
  assert.match(troubles.at(-1) ?? '', /log\.example\/other/);
  rmSync(path);
  await log.readReviewers();
  assert.equal(troubles.length, 3);
  await log.append(await plainReview(plain, 'while it was gone'));
  await writeDurable(path, formatReviewers(origin, both));
  await log.append(await passkeyReview());
  assert.equal(troubles.at(-1), undefined);
});

test('the last good file outlives the log, and stays while the new one is broken', async (t) => {
  const { log, dir, path } = await running(t, both);
  await log.close();
  writeFileSync(path, 'cut');
  const again = await reopen(t, dir, path);
  assert.equal(again.troubles.length, 1);
  await again.log.append(await passkeyReview());
  await again.log.close();
  assert.deepEqual((await fsck(dir)).problems, []);
  writeFileSync(join(dir, 'reviewers.json'), 'damaged');
  assert.deepEqual(
    (await fsck(dir)).problems.map(({ at }) => at),
    ['reviewers.json'],
  );
});

test('a log that is told of no file admits no reviewers, whatever it admitted before', async (t) => {
  const { log, dir } = await running(t, both);
  await log.close();
  const bare = await startLog(t, { dir });
  await assert.rejects(bare.append(await passkeyReview()), { code: 'admission.signer' });
  assert.equal(bare.admission()?.document.reviewers, undefined);
});

test("the operator's own list stays its own file, and a new one keeps the reviewers", async (t) => {
  const { log, dir } = await running(t, both);
  assert.equal(parseAdmissionList(readFileSync(join(dir, 'admission.json'))).document.reviewers, undefined);
  await log.replaceAdmission(admissionFor([vendor, testSigner('new')]));
  await log.append(await passkeyReview());
  await log.append(await statement(testSigner('new')));
  assert.equal(log.admission()?.keys.size, 4);
});

test('a file that was replaced within the same moment, by one of the same size, is noticed', async (t) => {
  const { log, path } = await running(t, both.slice(0, 1));
  const other = testPasskey('another reviewer');
  const bytes = formatReviewers(origin, [{ ...both[0], publicKey: other.listed.spki } as AdmittedReviewer]);
  const at = new Date(1_700_000_000_000);
  utimesSync(path, at, at);
  await log.readReviewers();
  writeFileSync(`${path}.new`, bytes);
  utimesSync(`${path}.new`, at, at);
  renameSync(`${path}.new`, path);
  await log.readReviewers();
  assert.ok(log.admission()?.keys.has(other.keyid));
});

test('a raw log takes no reviewers', async (t) => {
  await assert.rejects(startLog(t, { dir: await newLog(t), reviewers: '/nowhere' }), { code: 'log.mode' });
});

test('over HTTP: both lists are published, and a passkey signature at the wrong place is 403', async (t) => {
  const { log } = await running(t, both);
  const server = await listen(logHandler(log), { port: 0 });
  t.after(() => server.close());
  const shown = await (await fetch(`${server.url}/admission.json`)).json();
  assert.equal((shown as { reviewers: unknown[] }).reviewers.length, 2);
  const send = async (body: Uint8Array): Promise<number> =>
    (await fetch(`${server.url}/add`, { method: 'POST', body: new Uint8Array(body) })).status;
  assert.equal(await send(await passkeyReview('review', { rpId: 'example' })), 403);
  assert.equal(await send(await passkeyReview()), 202);
});
