// What one endpoint in Switzerland keeps of what it shared with a data center of the world: its own ledger as
// it exports it, the receipt of one record, and the receipt of its consent.

import { formatTime, sha256, toHex, utf8, type Envelope, type TrustPolicy } from '@vitrine/evidence';
import {
  countersignConsent,
  entryHash,
  formatConsent,
  formatOwnLedger,
  formatReceipt,
  giveConsent,
  newReportId,
  newSalt,
  noEntry,
  ownLedgerKeys,
  promiseFor,
  readOwnConsent,
  sharedRecordOf,
  signPromise,
  subjectOfCenter,
  type Observation,
  type OwnBody,
  type OwnEntry,
  type OwnLedger,
  type Report,
} from '@vitrine/reports';
import type { WorldCenter } from './datacenters.ts';

/** Stands in the files of the endpoint and must stand in no request. */
export const privateName = 'my-private-letter.exe';

export interface OwnFiles {
  readonly ledger: Uint8Array;
  readonly receipt: Uint8Array;
  readonly consent: Uint8Array;
  /** The ledger with this change, exported again under a chain that holds. */
  exported(change: (bodies: readonly OwnBody[]) => readonly OwnBody[]): Uint8Array;
}

/** Shares two files and waits for the proof: the records stand in the center's ledger, its head in the log. */
export async function shareWith(center: WorldCenter, policy: TrustPolicy, now: number): Promise<OwnFiles> {
  const { listed, custody } = center;
  const subject = await subjectOfCenter(sha256(utf8('recovery')).slice(0, 20), center.id, 1);
  const given = await giveConsent(
    {
      profile: 'reports',
      country: 'CH',
      center: listed,
      residency: 1,
      method: 'terminal',
      policyUrl: 'https://vendor.example/residency',
      text: toHex(sha256(utf8('the words that were shown'))),
      previous: null,
      id: newReportId(),
      at: formatTime(now - 120),
    },
    subject,
  );
  const consent = await countersignConsent(given, custody.signer.signer);
  const { digest } = await readOwnConsent(given);
  const observations = [privateName, 'other.exe'].map((name) => ({
    salt: newSalt(),
    observation: fileSeen(name, now),
  }));
  const report: Report = {
    v: 1,
    id: newReportId(),
    center: center.id,
    country: 'CH',
    consent: digest,
    subject: subject.keys,
    at: formatTime(now - 60),
    observations,
  };
  const { promise, entries } = promiseFor(report, {
    ledger: custody.signer.key.name,
    at: now - 60,
    deadline: now + 3_600,
    ciphertexts: observations.map((_, i) => sha256(utf8(`ciphertext ${i}`))),
  });
  const promised = await signPromise(promise, custody.signer.signer);
  const first = custody.size;
  custody.append(...entries);
  await center.logHead('custody');
  const checkpoint = await custody.checkpoint(now);
  const records = await Promise.all(
    entries.map(async (_, i) => ({ index: first + i, path: await custody.path(first + i) })),
  );
  const bodies: readonly OwnBody[] = [
    {
      type: 'consent',
      center: center.id,
      act: 'given',
      profile: 'reports',
      country: 'CH',
      receipt: digest,
      generation: 1,
    },
    { type: 'countersigned', consent },
    {
      type: 'report',
      center: center.id,
      report: report.id,
      country: 'CH',
      consent: digest,
      generation: 1,
      records: observations.map(({ salt, observation }) => sharedRecordOf(observation, salt)),
    },
    { type: 'promise', report: report.id, promise: promised },
    { type: 'proof', report: report.id, checkpoint, records },
  ];
  const exported = (change: (of: readonly OwnBody[]) => readonly OwnBody[]): Uint8Array =>
    formatOwnLedger({
      format: 'urn:vitrine:own-ledger:v1',
      at: formatTime(now),
      ledgers: [ownLedgerKeys(policy, listed)],
      first: 0,
      entries: chained(change(bodies), now),
    } satisfies OwnLedger);
  return {
    ledger: exported((same) => same),
    receipt: receiptOf(promised, checkpoint, records[0] ?? { index: 0, path: [] }),
    consent: formatConsent(consent),
    exported,
  };
}

function receiptOf(
  promise: Envelope,
  checkpoint: string,
  { index, path }: { readonly index: number; readonly path: readonly string[] },
): Uint8Array {
  return formatReceipt({ v: 1, promise, record: 0, index, path, checkpoint });
}

function chained(bodies: readonly OwnBody[], now: number): readonly OwnEntry[] {
  let previous = noEntry;
  return bodies.map((body, seq) => {
    const entry = { ...body, seq, previous, at: formatTime(now - 60 + seq) } as OwnEntry;
    previous = entryHash(entry);
    return entry;
  });
}

function fileSeen(name: string, now: number): Observation {
  return {
    kind: 'file-seen',
    facts: {
      object: toHex(sha256(utf8(name))),
      size: 4_096,
      format: 'pe',
      seen: formatTime(now).slice(0, 10),
      arrived: 'web',
    },
    personal: { name, path: 'C:\\Downloads' },
  };
}
