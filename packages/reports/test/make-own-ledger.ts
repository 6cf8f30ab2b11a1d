// node tools/node.mjs packages/reports/test/make-own-ledger.ts: the example of an own ledger, made from the
// frozen examples: what that endpoint remembers of the same story.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  formatTime,
  formatVkey,
  noteSigner,
  noteTypes,
  parseJson,
  parseTime,
  sha256,
  signEnvelope,
  toBase64,
  utf8,
  type Envelope,
  type Json,
} from '@vitrine/evidence';
import {
  countersignConsent,
  entryHash,
  formatOwnLedger,
  noEntry,
  sharedRecordOf,
  subjectOfCenter,
  verifyOwnLedger,
  type OwnBody,
  type OwnEntry,
  type OwnLedger,
  type Receipt,
  type Report,
} from '@vitrine/reports';
import { repositoryRoot, testSigner } from '@vitrine/testkit';
import { examples } from '../src/examples/examples.ts';

const report = examples['report'] as unknown as Report;
const receipt = examples['custody-receipt'] as unknown as Receipt;
const page = examples['export-page'] as unknown as {
  readonly reads: readonly { index: number; entry: string; record: number; salt: string }[];
};
const ledger = noteSigner('zurich.example/custody', noteTypes.log, testSigner('zurich.example/custody'));
const access = noteSigner('zurich.example/access', noteTypes.log, testSigner('zurich.example/access'));
const witness = noteSigner('witness.example', noteTypes.cosignature, testSigner('witness'));
const subject = await subjectOfCenter(sha256(utf8('example recovery')).slice(0, 20), 'zurich', 1);
const at = parseTime(report.at);

const given = await signEnvelope(
  canonicalJson(examples['consent-receipt'] as Json),
  subject.signer,
  'application/vnd.vitrine.consent+json',
);
const signed = (kind: string, type: string): Promise<Envelope> =>
  signEnvelope(
    canonicalJson(examples[kind] as Json),
    type === 'confirmation' ? ledger.signer : subject.signer,
    `application/vnd.vitrine.${type}+json`,
  );

const promisedLeaves = (examples['custody-promise'] as unknown as { records: { leaf: string }[] }).records;
const [first] = promisedLeaves;
const bodies: readonly (readonly [number, OwnBody])[] = [
  [
    at - 3600,
    {
      type: 'consent',
      center: 'zurich',
      act: 'given',
      profile: 'reports',
      country: 'LI',
      receipt: report.consent,
      generation: 1,
    },
  ],
  [at - 3590, { type: 'countersigned', consent: await countersignConsent(given, ledger.signer) }],
  [
    at,
    {
      type: 'report',
      center: 'zurich',
      report: report.id,
      country: report.country,
      consent: report.consent,
      generation: 1,
      records: report.observations.map(({ observation, salt }) => sharedRecordOf(observation, salt)),
    },
  ],
  [at + 1, { type: 'promise', report: report.id, promise: receipt.promise }],
  [
    at + 70,
    {
      type: 'proof',
      report: report.id,
      checkpoint: receipt.checkpoint,
      records: [
        { index: 0, path: receipt.path },
        { index: 1, path: [toBase64(Uint8Array.from(Buffer.from(first?.leaf ?? '', 'hex')))] },
      ],
    },
  ],
  ...page.reads.map(
    (read) =>
      [at + 86_400, { type: 'reading', center: 'zurich', ...read }] as const satisfies [number, OwnBody],
  ),
  [at + 172_800, { type: 'request', request: await signed('subject-request', 'subject-request') }],
  [at + 172_901, { type: 'confirmation', confirmation: await signed('confirmation', 'confirmation') }],
];
let previous = noEntry;
const entries = bodies.map(([time, body], seq) => {
  const entry = { ...body, seq, previous, at: formatTime(time) } as OwnEntry;
  previous = entryHash(entry);
  return entry;
});
const file: OwnLedger = {
  format: 'urn:vitrine:own-ledger:v1',
  at: formatTime(at + 180_000),
  ledgers: [
    {
      center: 'zurich',
      name: 'Data center Zurich',
      operator: 'vendor',
      country: 'CH',
      ledger: formatVkey(ledger.key),
      access: formatVkey(access.key),
      witnesses: [{ operator: 'witness', key: formatVkey(witness.key) }],
      quorum: 1,
    },
  ],
  first: 0,
  entries,
};
const checked = await verifyOwnLedger(file, { now: at + 180_000 });
if (checked.findings.length > 0 || checked.records.some(({ standing }) => standing !== 'erased'))
  throw new Error(JSON.stringify(checked, null, 2));
writeFileSync(
  join(repositoryRoot, 'packages/reports/src/examples/own-ledger.ts'),
  `// What the endpoint of the other examples remembers and exports. Made by test/make-own-ledger.ts.

import type { Json } from '@vitrine/evidence';

export const ownLedgerExample: Json = ${JSON.stringify(parseJson(formatOwnLedger(file)), null, 2)};
`,
);
