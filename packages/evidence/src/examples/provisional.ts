// One statement of each provisional kind; these may still change.

import type { Json } from '../json.ts';

export const provisionalStatements: Readonly<Record<string, Json>> = {
  site: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'site',
        digest: {
          sha256: 'b40815e589ed1b02c88b9851179e8f00fbc905eb6954e0811280b3e7d9844db0',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:site:v1',
    predicate: {
      site: 'zurich-1',
      country: 'CH',
      purposes: ['builder', 'signer'],
      keys: ['0f240e104cc6b1fbc53eb68a2fbf331a1b50a61145493879869fea70aadde08e'],
      attestation: {
        sha256: '076fa679e0cb0f32bf6fd63023f5fc17b4618e5d744efb3999b83093b19d4c24',
        size: 8192,
      },
      inspectedAt: '2026-10-25T09:00:00Z',
      expires: '2027-10-25T09:00:00Z',
    },
  },
  relocation: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'moved',
        digest: {
          sha256: '3b4e4122436d50fd41f61e78a12999ba51a9c3cc3b9347ea3ce80e2e6a4a4a13',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:relocation:v1',
    predicate: {
      what: 'data',
      policy: 1,
      from: {
        ledger: 'frankfurt.example/custody',
        size: 1042,
        root: 'AgvDXJYfFP8i5lWsFGaeUiHSBCuVr3SHKjzsj9p1Nec=',
      },
      to: {
        ledger: 'zurich.example/custody',
        size: 1037,
        root: 'lClE5yO/bQZGVBtF+WkDlBuJzI3bpiZO0gN2FMl/Zow=',
      },
      moved: 1037,
      erased: 3,
      expired: 2,
      keysDestroyed: '2026-11-25T09:00:00Z',
      issuedAt: '2026-11-25T10:00:00Z',
    },
  },
  epoch: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'map',
        digest: {
          sha256: '61831502c7fbed4f3784109164196a03fac5f187b3844f702f1aff0f0706f420',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:epoch:v1',
    predicate: {
      number: 1,
      previous: null,
      prefixBits: 14,
      bucketBytes: 65536,
      records: 10000000,
      leastRecords: 512,
      issuedAt: '2026-11-24T09:00:00Z',
    },
  },
  'index-verified': {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'map',
        digest: {
          sha256: '6496a5599a4e5a066087aad99bf2ae498f3d1d0af1d1bb28ab7516007aff723f',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:index-verified:v1',
    predicate: {
      origin: 'log.example/vitrine',
      asOf: 7,
      issuedAt: '2026-11-24T09:10:00Z',
    },
  },
};
