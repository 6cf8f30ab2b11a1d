// Data centers and endpoints for tests, benchmarks and soaks: real keys and real cryptography, the same in
// every run for the same names. Never for anything real.

import { join } from 'node:path';
import {
  countries,
  formatTime,
  formatVkey,
  noteSigner,
  noteTypes,
  toBase64,
  utf8,
  type NoteSigner,
  type SealingKey,
  type Signer,
  type Envelope,
} from '@vitrine/evidence';
import { sha256, sha256Hex } from '@vitrine/host';
import {
  buildResidency,
  giveConsent,
  newReportId,
  newSalt,
  openingKey,
  schemaDigest,
  sealMessage,
  signReport,
  signRequest,
  subjectOfCenter,
  withdrawConsent,
  readOwnConsent,
  formatConsent,
  type Consent,
  type Observation,
  type OpeningKey,
  type ProfileName,
  type Report,
  type RequestAct,
  type Residency,
  type Subject,
} from '@vitrine/reports';
import type { DataCenterOptions } from '../datacenter.ts';
import { initLedger } from '../ledger/ledger.ts';
import type { StoreOptions } from '../store/store.ts';

const day = 86_400;

export interface TestCenter {
  readonly id: string;
  readonly key: SealingKey;
  readonly opening: OpeningKey;
  readonly custody: NoteSigner;
  readonly access: NoteSigner;
  /** By operator: their keys that open halves. */
  readonly supervisors: ReadonlyMap<string, OpeningKey>;
}

export interface TestWorld {
  readonly residency: Residency;
  readonly centers: readonly TestCenter[];
}

async function signerOf(name: string): Promise<Signer> {
  return (await subjectOfCenter(sha256(utf8(name)).slice(0, 20), name, 1)).signer;
}

/** `of`: which countries each center has; the first one has all that no other has. `now` in seconds. */
export async function makeTestWorld(
  of: Readonly<Record<string, readonly string[]>>,
  now: number,
): Promise<TestWorld> {
  const ids = Object.keys(of).toSorted();
  const centers = await Promise.all(ids.map((id) => makeCenter(id, now)));
  const [first = ''] = Object.keys(of);
  const assigned = Object.fromEntries(
    countries.map((code) => [code, ids.find((id) => of[id]?.includes(code)) ?? first]),
  );
  const listed = await Promise.all(
    centers.map(async ({ id, custody, access }) => ({
      id,
      name: `Data center ${id}`,
      operator: `${id}-operator`,
      country: Object.keys(assigned).find((code) => assigned[code] === id) ?? 'CH',
      identity: toBase64((await signerOf(`${id} identity`)).publicKey),
      ledger: formatVkey(custody.key),
      access: formatVkey(access.key),
      intake: [`https://${id}.example`],
    })),
  );
  const residency = buildResidency(
    {
      version: 1,
      issuedAt: formatTime(now - 30 * day),
      effective: formatTime(now - 20 * day),
      notice: 7 * day,
      centers: listed,
      countries: assigned,
      milestones: [],
    },
    sha256,
  );
  return { residency, centers };
}

async function makeCenter(id: string, now: number): Promise<TestCenter> {
  const opening = await openingKey(sha256(utf8(`${id} sealing`)));
  const supervisors = new Map<string, OpeningKey>();
  for (const operator of ['north', 'south', 'west'])
    supervisors.set(operator, await openingKey(sha256(utf8(`${operator} halves`))));
  return {
    id,
    opening,
    key: {
      center: id,
      suite: 'x25519-sha256-aes256gcm',
      publicKey: toBase64(opening.publicKey),
      policy: 1,
      consent: schemaDigest(),
      notBefore: formatTime(now - day),
      notAfter: formatTime(now + 5 * day),
      graceUntil: formatTime(now + 10 * day),
    },
    custody: noteSigner(`${id}.example/custody`, noteTypes.log, await signerOf(`${id} custody`)),
    access: noteSigner(`${id}.example/access`, noteTypes.log, await signerOf(`${id} access`)),
    supervisors,
  };
}

/** Makes the two ledgers below `dir`, once. */
export async function initTestCenter(dir: string, { custody, access }: TestCenter): Promise<void> {
  await initLedger(join(dir, 'custody'), custody);
  await initLedger(join(dir, 'access'), access);
}

export function testCenterOptions(
  dir: string,
  center: TestCenter,
  residency: Residency,
  store: StoreOptions = { file: join(dir, 'custody.db') },
): DataCenterOptions {
  return {
    id: center.id,
    store,
    custody: { dir: join(dir, 'custody'), signer: center.custody },
    access: { dir: join(dir, 'access'), signer: center.access },
    residency: () => residency,
    sealingKeys: [{ key: center.key, opening: center.opening }],
    master: sha256(utf8(`${center.id} master`)),
    holders: [...center.supervisors].map(([supervisor, { publicKey }]) => ({ supervisor, publicKey })),
    need: 2,
  };
}

export interface SealedConsent {
  readonly message: Uint8Array;
  /** What is in the seal. */
  readonly body: Uint8Array;
  readonly digest: string;
}

/** One endpoint and its subject at one data center. */
export class TestEndpoint {
  readonly subject: Subject;
  readonly center: TestCenter;
  readonly country: string;
  readonly #residency: Residency;
  #consent: Consent | undefined;

  private constructor(subject: Subject, center: TestCenter, residency: Residency, country: string) {
    this.subject = subject;
    this.center = center;
    this.#residency = residency;
    this.country = country;
  }

  static async make(
    name: string,
    center: TestCenter,
    residency: Residency,
    country: string,
  ): Promise<TestEndpoint> {
    const subject = await subjectOfCenter(sha256(utf8(name)).slice(0, 20), center.id, 1);
    return new TestEndpoint(subject, center, residency, country);
  }

  /** A sealed consent to this profile, in place of the one before. */
  async consent(profile: ProfileName, now: number): Promise<SealedConsent> {
    const place = this.#residency.policy.centers.find(({ id }) => id === this.center.id);
    if (place === undefined) throw new Error('no such center');
    return this.#sealConsent(
      await giveConsent(
        {
          profile,
          country: this.country,
          center: place,
          residency: this.#residency.policy.version,
          method: 'terminal',
          policyUrl: 'https://vendor.example/residency',
          text: sha256Hex(utf8('the text that was shown')),
          previous: this.#consent?.digest ?? null,
          id: newReportId(),
          at: formatTime(now),
        },
        this.subject,
      ),
    );
  }

  async withdraw(now: number): Promise<SealedConsent> {
    if (this.#consent === undefined) throw new Error('nothing to withdraw');
    const id = newReportId();
    return this.#sealConsent(
      await withdrawConsent(this.#consent, { id, at: formatTime(now), method: 'terminal' }, this.subject),
    );
  }

  async #sealConsent(envelope: Envelope): Promise<SealedConsent> {
    this.#consent = await readOwnConsent(envelope);
    const body = formatConsent(envelope);
    const message = await sealMessage({ type: 'consent', body }, this.center.key, sha256);
    return { message, body, digest: this.#consent.digest };
  }

  report(observations: readonly Observation[], now: number, change: Partial<Report> = {}): Report {
    return {
      v: 1,
      id: newReportId(),
      center: this.center.id,
      country: this.country,
      consent: this.#consent?.digest ?? sha256Hex(utf8('none')),
      subject: this.subject.keys,
      at: formatTime(now),
      observations: observations.map((observation) => ({ salt: newSalt(), observation })),
      ...change,
    };
  }

  async seal(report: Report, key: SealingKey = this.center.key): Promise<Uint8Array> {
    return sealMessage({ type: 'report', body: await signReport(report, this.subject) }, key, sha256);
  }

  async request(
    act: RequestAct,
    now: number,
  ): Promise<{ readonly envelope: Envelope; readonly message: Uint8Array }> {
    const { envelope, body } = await signRequest(act, this.center.id, this.subject, now);
    return { envelope, message: await sealMessage({ type: 'request', body }, this.center.key, sha256) };
  }
}

/** A file that a walk found. */
export function fileSeen(name: string, now: number): Observation {
  return {
    kind: 'file-seen',
    facts: {
      object: sha256Hex(utf8(name)),
      size: 4096,
      format: 'pe',
      seen: formatTime(now).slice(0, 10),
      arrived: 'web',
    },
    personal: { name, path: 'C:\\Downloads' },
  };
}
