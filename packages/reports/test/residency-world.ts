// A residency policy of two data centers.

import {
  countries,
  formatVkey,
  noteSigner,
  noteTypes,
  toBase64,
  type DataCenter,
  type ResidencyPolicy,
} from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';

export function dataCenter(id: string, country: string): DataCenter {
  const vkey = (purpose: string): string =>
    formatVkey(noteSigner(`${id}.example/${purpose}`, noteTypes.log, testSigner(`${purpose} ${id}`)).key);
  return {
    id,
    name: `Data center ${id}`,
    operator: 'vendor',
    country,
    identity: toBase64(testSigner(`identity ${id}`).publicKey),
    ledger: vkey('ledger'),
    access: vkey('access'),
    intake: [`https://${id}.example/intake`],
  };
}

/** Zurich for three countries, Frankfurt for all others. */
export function policyOf(changes: Partial<ResidencyPolicy> = {}): ResidencyPolicy {
  return {
    version: 1,
    issuedAt: '2026-11-01T00:00:00Z',
    effective: '2026-11-10T00:00:00Z',
    notice: 604_800,
    centers: [dataCenter('frankfurt', 'DE'), dataCenter('zurich', 'CH')],
    countries: assign({ CH: 'zurich', LI: 'zurich', AT: 'zurich' }),
    milestones: [],
    ...changes,
  };
}

export function assign(special: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(countries.map((code) => [code, special[code] ?? 'frankfurt']));
}
