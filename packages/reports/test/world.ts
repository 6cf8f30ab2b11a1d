// A small data center and one endpoint that reports to it, for the tests of this package.

import { randomBytes } from 'node:crypto';
import {
  formatTime,
  noteSigner,
  noteTypes,
  sha256,
  toBase64,
  utf8,
  type NoteSigner,
  type SealingKey,
} from '@vitrine/evidence';
import {
  newReportId,
  newSalt,
  openingKey,
  subjectOfCenter,
  type Observation,
  type OpeningKey,
  type Report,
  type Subject,
} from '@vitrine/reports';
import { testSigner } from '@vitrine/testkit';

export const now = 1_795_000_000;
export const digest = (text: string): string => Buffer.from(sha256(utf8(text))).toString('hex');

export const fileSeen = (name: string): Observation => ({
  kind: 'file-seen',
  facts: {
    object: digest(name),
    size: 4096,
    format: 'pe',
    seen: formatTime(now).slice(0, 10),
    arrived: 'web',
  },
  personal: { name, path: 'C:\\Downloads' },
});

export const oneOfEachKind: readonly Observation[] = [
  fileSeen('setup.exe'),
  {
    kind: 'detection',
    facts: {
      object: digest('bad'),
      size: 77,
      rule: 'trojan/generic-7',
      database: 12,
      action: 'quarantined',
      seen: '2026-11-18',
    },
    personal: { name: 'bad.exe', at: '2026-11-18T09:00:00Z' },
  },
  {
    kind: 'contact',
    facts: { domain: 'command.example', port: 443, action: 'blocked', seen: '2026-11-18' },
    personal: { url: 'https://command.example/gate?id=7' },
  },
  {
    kind: 'behaviour',
    facts: {
      object: digest('bad'),
      what: 'mass-encryption',
      rule: 'ransom/files',
      times: 40,
      seen: '2026-11-18',
    },
    personal: { command: 'bad.exe /all' },
  },
  {
    kind: 'sample',
    facts: { object: digest('MZ'), size: 4, category: 'program', piece: 0, seen: '2026-11-18' },
    personal: { data: 'TVoAAA==' },
  },
];

export interface TestCenter {
  readonly id: string;
  readonly key: SealingKey;
  readonly opening: OpeningKey;
  readonly ledger: NoteSigner;
}

export async function testCenter(
  id: string,
  seed: string = digest(id),
  consent: string = digest('schema'),
): Promise<TestCenter> {
  const opening = await openingKey(Buffer.from(seed, 'hex'));
  return {
    id,
    opening,
    key: {
      center: id,
      suite: 'x25519-sha256-aes256gcm',
      publicKey: toBase64(opening.publicKey),
      policy: 1,
      consent,
      notBefore: formatTime(now - 86_400),
      notAfter: formatTime(now + 86_400),
      graceUntil: formatTime(now + 8 * 86_400),
    },
    ledger: noteSigner(`${id}.example/custody`, noteTypes.log, testSigner(`ledger ${id}`)),
  };
}

export function testSubject(center: string, secret = 'recovery', generation = 1): Promise<Subject> {
  return subjectOfCenter(sha256(utf8(secret)).slice(0, 20), center, generation);
}

export function reportOf(subject: Subject, observations: readonly Observation[], center = 'zurich'): Report {
  return {
    v: 1,
    id: newReportId(),
    center,
    country: 'CH',
    consent: digest('consent'),
    subject: subject.keys,
    at: formatTime(now),
    observations: observations.map((observation) => ({ salt: newSalt(), observation })),
  };
}

export const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size));
