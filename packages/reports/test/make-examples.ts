// node tools/node.mjs packages/reports/test/make-examples.ts: the examples of this package's formats and of the
// residency statements, from keys that the same names always give. One endpoint in Liechtenstein reports two
// things to the data center in Zurich, gets its promise and receipt, and has it erased. Only the seals differ
// from run to run: what is frozen is what one run wrote.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  countries,
  formatCheckpoint,
  formatNote,
  formatTime,
  formatVkey,
  fromUtf8,
  leafHash,
  nodeHash,
  noteSigner,
  noteTypes,
  parseJson,
  payloadOf,
  residencyPolicy,
  sealingKey,
  sha256,
  signCheckpoint,
  statementIdOf,
  statementPayload,
  toBase64,
  toHex,
  utf8,
  type DataCenter,
  type Envelope,
  type Json,
  type NoteSigner,
  type ResidencyPolicy,
  type SealingKey,
} from '@vitrine/evidence';
import {
  formatEntry,
  giveConsent,
  grantBodyOf,
  newRecordKey,
  openingKey,
  promiseFor,
  readCommitment,
  schemaDigest,
  schemaSet,
  screenOf,
  screenText,
  sealingKeyId,
  sealMessage,
  sealRecord,
  recordBytes,
  signAccessRequest,
  signConfirmation,
  signPromise,
  signReport,
  signRequest,
  countersignConsent,
  subjectOfCenter,
  textDigest,
  tombstone,
  type Observation,
  type Report,
} from '@vitrine/reports';
import { repositoryRoot, testSigner } from '@vitrine/testkit';

const at = 1_795_510_800; // 2026-11-24T09:00:00Z
const secret = (name: string, size = 32): Uint8Array => sha256(utf8(`example ${name}`)).slice(0, size);
const json = (value: unknown): Json => parseJson(canonicalJson(value as Json));
const payload = (envelope: Envelope): Json => parseJson(payloadOf(envelope));

const ledgers = new Map<string, NoteSigner>();
function ledger(name: string): NoteSigner {
  const made = ledgers.get(name) ?? noteSigner(name, noteTypes.log, testSigner(name));
  ledgers.set(name, made);
  return made;
}

function center(id: string, name: string, country: string): DataCenter {
  return {
    id,
    name,
    operator: 'vendor',
    country,
    identity: toBase64(testSigner(`identity of ${id}`).publicKey),
    ledger: formatVkey(ledger(`${id}.example/custody`).key),
    access: formatVkey(ledger(`${id}.example/access`).key),
    intake: [`https://${id}.example/intake`],
  };
}

const zurich = center('zurich', 'Data center Zurich', 'CH');
const frankfurt = center('frankfurt', 'Data center Frankfurt', 'DE');
const policy: ResidencyPolicy = {
  version: 1,
  issuedAt: '2026-11-01T00:00:00Z',
  effective: '2026-11-15T00:00:00Z',
  notice: 604_800,
  centers: [frankfurt, zurich],
  countries: Object.fromEntries(
    countries.map((code) => [code, ['CH', 'LI'].includes(code) ? 'zurich' : 'frankfurt']),
  ),
  milestones: [{ id: 'conveyor-to-zurich', what: 'conveyor', due: '2027-06-30T00:00:00Z' }],
};
const opening = await openingKey(secret('sealing key'));
const key: SealingKey = {
  center: 'zurich',
  suite: 'x25519-sha256-aes256gcm',
  publicKey: toBase64(opening.publicKey),
  policy: 1,
  consent: schemaDigest(),
  notBefore: '2026-11-23T00:00:00Z',
  notAfter: '2026-11-30T00:00:00Z',
  graceUntil: '2026-12-07T00:00:00Z',
};
const residency = {
  'residency-policy': parseJson(
    statementPayload(
      residencyPolicy,
      [
        {
          name: 'residency-policy',
          digest: { sha256: toHex(sha256(canonicalJson(policy as unknown as Json))) },
        },
      ],
      policy,
    ),
  ),
  'sealing-key': parseJson(
    statementPayload(
      sealingKey,
      [{ name: 'sealing-key', digest: { sha256: sealingKeyId(opening.publicKey) } }],
      key,
    ),
  ),
};

const subject = await subjectOfCenter(secret('recovery', 20), 'zurich', 1);
const shown = screenText(
  screenOf('reports', { name: zurich.name, operator: zurich.operator, country: zurich.country }),
);
const ledgerKey = ledger('zurich.example/custody');
const given = await giveConsent(
  {
    profile: 'reports',
    country: 'LI',
    center: zurich,
    residency: 1,
    method: 'terminal',
    policyUrl: 'https://vendor.example/privacy',
    text: textDigest(shown),
    previous: null,
    id: toHex(secret('consent id', 16)),
    at: formatTime(at - 3600),
  },
  subject,
);
const consent = await countersignConsent(given, ledgerKey.signer);

const observations: readonly Observation[] = [
  {
    kind: 'file-seen',
    facts: {
      object: toHex(sha256(utf8('a new program'))),
      size: 48_128,
      format: 'pe',
      seen: '2026-11-24',
      arrived: 'web',
    },
    personal: { name: 'setup.exe', path: 'C:\\Users\\Public\\Downloads' },
  },
  {
    kind: 'contact',
    facts: { domain: 'updates.example', port: 443, action: 'blocked', seen: '2026-11-24' },
    personal: { url: 'https://updates.example/gate' },
  },
];
const report: Report = {
  v: 1,
  id: toHex(secret('report id', 16)),
  center: 'zurich',
  country: 'LI',
  consent: statementIdOf(consent),
  subject: subject.keys,
  at: formatTime(at),
  observations: observations.map((observation, i) => ({ salt: toBase64(secret(`salt ${i}`)), observation })),
};
const body = await signReport(report, subject);

const supervisor = await openingKey(secret('supervisor'));
const name = { subject: subject.pseudonym, day: '2026-11-24', part: 0 };
const made = await newRecordKey(
  name,
  [{ supervisor: 'supervisor', publicKey: supervisor.publicKey }],
  1,
  subject.keys.sealing,
);
const ciphertexts = await Promise.all(
  observations.map((observation, i) =>
    sealRecord(made.key, made.sealed.key, { salt: secret(`salt ${i}`), record: recordBytes(observation) }),
  ),
);
const { promise, entries } = promiseFor(report, {
  ledger: ledgerKey.key.name,
  at,
  deadline: at + 600,
  ciphertexts,
});
const promised = await signPromise(promise, ledgerKey.signer);
const [first, second] = entries.map((entry) => leafHash(entry)) as [Uint8Array, Uint8Array];
const text = formatCheckpoint({
  origin: ledgerKey.key.name,
  size: 2,
  root: nodeHash(first, second),
  extensions: [],
});
const witness = noteSigner('witness.example', noteTypes.cosignature, testSigner('witness'));
const checkpoint = fromUtf8(
  formatNote({
    text,
    signatures: [
      await signCheckpoint(text, ledgerKey, at + 60),
      await signCheckpoint(text, witness, at + 60),
    ],
  }),
);
const receipt = {
  v: 1,
  promise: promised,
  record: 0,
  index: 0,
  path: [toBase64(second)],
  checkpoint,
};

const exportRequest = await signRequest('export', 'zurich', subject, at + 86_400);
const eraseRequest = await signRequest('erase', 'zurich', subject, at + 172_800);
const grave = tombstone({ reason: 'erased', day: '2026-11-26', salt: secret('grave'), indices: [0, 1] });
const confirmation = await signConfirmation(
  {
    v: 1,
    center: 'zurich',
    ledger: ledgerKey.key.name,
    request: statementIdOf(eraseRequest.envelope),
    act: 'erase',
    at: formatTime(at + 172_900),
    records: 2,
    erasures: [{ entry: fromUtf8(formatEntry(grave)), salt: toBase64(secret('grave')), indices: [0, 1] }],
    finalAt: '2026-12-26T00:00:00Z',
  },
  ledgerKey.signer,
);
const read = {
  type: 'read',
  v: 1,
  grant: toHex(secret('grant')),
  at: formatTime(at + 3600),
  record: readCommitment(secret('read'), 0),
};

const reply = await openingKey(secret('reply'));
const asked = await signAccessRequest(
  {
    v: 1,
    id: toHex(secret('access id', 16)),
    center: 'zurich',
    ledger: ledgerKey.key.name,
    who: 'Analyst of the day',
    why: 'A new family of loaders: the path tells how it arrives.',
    records: [{ index: 0, key: made.sealed.key }],
    keys: [made.sealed],
    until: formatTime(at + 3600 + 14_400),
    at: formatTime(at + 3600),
    replyTo: toBase64(reply.publicKey),
  },
  testSigner('identity of zurich'),
);

const examples: Record<string, Json> = {
  'consent-schema': schemaSet(),
  'consent-receipt': payload(consent),
  report: json(report),
  'sealed-message': {
    seed: toHex(secret('sealing key')),
    key: json(key),
    message: toBase64(await sealMessage({ type: 'report', body }, key)),
    body: toBase64(body),
  },
  'custody-entry': parseJson(entries[0] as Uint8Array),
  'custody-promise': payload(promised),
  'custody-receipt': json(receipt),
  'access-entry': json(read),
  'access-request': payload(asked.envelope),
  'access-grant-body': json(grantBodyOf(asked, 'supervisor', formatTime(at + 3700))),
  'sealed-halves': json(made.sealed),
  'subject-request': payload(eraseRequest.envelope),
  confirmation: payload(confirmation),
  'export-page': json({
    v: 1,
    center: 'zurich',
    ledger: ledgerKey.key.name,
    request: statementIdOf(exportRequest.envelope),
    page: 0,
    last: true,
    keys: [made.sealed],
    records: entries.map((entry, index) => ({
      index,
      entry: fromUtf8(entry),
      key: made.sealed.key,
      ciphertext: toBase64(ciphertexts[index] as Uint8Array),
    })),
    reads: [{ index: 0, entry: fromUtf8(canonicalJson(read)), record: 0, salt: toBase64(secret('read')) }],
  }),
};

function write(path: string, comment: string, constant: string, of: Readonly<Record<string, Json>>): void {
  const file = join(repositoryRoot, path);
  mkdirSync(join(file, '..'), { recursive: true });
  const type = path.startsWith('packages/evidence')
    ? "import type { Json } from '../json.ts';"
    : "import type { Json } from '@vitrine/evidence';";
  const literal = JSON.stringify(of, null, 2);
  writeFileSync(
    file,
    `// ${comment}\n\n${type}\n\nexport const ${constant}: Readonly<Record<string, Json>> = ${literal};\n`,
  );
}

write(
  'packages/evidence/src/examples/residency.ts',
  'Where data is kept, and the key to which reports of one week are sealed.',
  'residencyStatements',
  residency,
);
write(
  'packages/reports/src/examples/examples.ts',
  'One of each format. They belong together: one subject, its consent, its report and what became of it.',
  'examples',
  examples,
);
