// One statement of each frozen kind. Those of the chain are the ones in the example of an evidence file.

import type { Json } from '../json.ts';

export const frozenStatements: Readonly<Record<string, Json>> = {
  source: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        digest: {
          sha256: 'dc9c5edb8b2d479e697b4b0b8ab874f32b325138598ce9e7b759eb8292110622',
        },
        name: 'tree',
      },
    ],
    predicateType: 'urn:vitrine:attestation:source:v1',
    predicate: {
      bytes: 4096,
      files: 12,
      gitCommit: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      gitTree: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
      listing: {
        sha256: 'fa2c8cc4f28176bbeed4b736df569a34c79cd3723e9ec42f9674b4d46ac6b8b8',
        size: 1000,
      },
      product: 'verifier',
    },
  },
  order: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        digest: {
          sha256: 'dc9c5edb8b2d479e697b4b0b8ab874f32b325138598ce9e7b759eb8292110622',
        },
        name: 'tree',
      },
    ],
    predicateType: 'urn:vitrine:attestation:order:v1',
    predicate: {
      clock: 1795507200,
      environment: {
        platform: 'linux-x64',
        root: 'host',
        sandbox: false,
      },
      limits: {
        diskBytes: 4294967296,
        files: 200000,
        logBytes: 1048576,
        memoryBytes: 4294967296,
        outputBytes: 67108864,
        processes: 1024,
        seconds: 600,
      },
      materials: {
        sha256: 'fa2c8cc4f28176bbeed4b736df569a34c79cd3723e9ec42f9674b4d46ac6b8b8',
        size: 1000,
      },
      parameters: {},
      product: 'verifier',
      recipe: {
        path: 'products/verifier/conveyor.toml',
        sha256: 'fa2c8cc4f28176bbeed4b736df569a34c79cd3723e9ec42f9674b4d46ac6b8b8',
      },
      source: '304bac2f016915c73195556f16c1a20213325f561cba3819a37aaeb8c5c6fb45',
      version: '0.1.0',
    },
  },
  provenance: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        digest: {
          sha256: 'bee9c87875c8439f63dd2056936adc69e7694ba696215930e8af3b8d0038d6de',
        },
        name: 'outputs',
      },
    ],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:vitrine:build:conveyor:v1',
        externalParameters: {
          order: 'fc9f86fdf440edf82f6b40cd01b9ada73dbf2c7f4fbb0373b69f6da87f609560',
        },
        internalParameters: {
          isolation: 'bubblewrap',
        },
        resolvedDependencies: [
          {
            digest: {
              sha256: 'fa2c8cc4f28176bbeed4b736df569a34c79cd3723e9ec42f9674b4d46ac6b8b8',
            },
            name: 'materials',
          },
          {
            digest: {
              sha256: 'dc9c5edb8b2d479e697b4b0b8ab874f32b325138598ce9e7b759eb8292110622',
            },
            name: 'tree',
          },
        ],
      },
      runDetails: {
        builder: {
          id: 'https://vendor.example/conveyor',
        },
        metadata: {
          finishedOn: '2026-11-24T08:59:00Z',
          startedOn: '2026-11-24T08:58:00Z',
        },
      },
    },
  },
  rebuild: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        digest: {
          sha256: 'bee9c87875c8439f63dd2056936adc69e7694ba696215930e8af3b8d0038d6de',
        },
        name: 'outputs',
      },
    ],
    predicateType: 'urn:vitrine:attestation:rebuild:v1',
    predicate: {
      finishedOn: '2026-11-24T08:59:10Z',
      isolation: 'bubblewrap',
      order: 'fc9f86fdf440edf82f6b40cd01b9ada73dbf2c7f4fbb0373b69f6da87f609560',
      result: 'reproduced',
    },
  },
  release: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        digest: {
          sha256: 'e03c42a6983f07157f42f2e718ca3f7714b36d63b506b19ba0ca0d7e04fea254',
        },
        name: 'artifact',
      },
    ],
    predicateType: 'https://in-toto.io/attestation/release/v0.2',
    predicate: {
      channel: 'stable',
      order: 'fc9f86fdf440edf82f6b40cd01b9ada73dbf2c7f4fbb0373b69f6da87f609560',
      output: 'verifier.mjs',
      platform: 'any',
      product: 'verifier',
      purl: 'pkg:generic/verifier@0.1.0',
      sequence: 7,
      version: '0.1.0',
    },
  },
  publication: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        digest: {
          sha256: '9dead8c893de151905b9edef651692b4b8734b4d44e879aedf8a9dc50c179f97',
        },
        name: 'snapshot',
      },
    ],
    predicateType: 'urn:vitrine:attestation:publication:v1',
    predicate: {
      active: [],
      asOf: 6,
      issuedAt: '2026-11-24T08:59:30Z',
      previous: null,
      roles: {},
      root: {
        sha256: '3a435e201719009740d4883908f4a29e8e09f548ef4ef8be2aeccf21a0799185',
        version: 1,
      },
      seq: 1,
      snapshot: 1,
    },
  },
  root: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'root',
        digest: {
          sha256: '3a435e201719009740d4883908f4a29e8e09f548ef4ef8be2aeccf21a0799185',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:root:v1',
    predicate: {
      version: 1,
    },
  },
  withdrawal: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'artifact',
        digest: {
          sha256: 'e03c42a6983f07157f42f2e718ca3f7714b36d63b506b19ba0ca0d7e04fea254',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:withdrawal:v1',
    predicate: {
      product: 'verifier',
      channel: 'stable',
      sequence: 7,
      reason: 'security',
      issuedAt: '2026-11-25T09:00:00Z',
      replacement: '21bc1e26f0dfffd3303b1a5923c74a7aa1c28711043e77c1f56c92ef2afae07d',
    },
  },
  resolution: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'order',
        digest: {
          sha256: 'fc9f86fdf440edf82f6b40cd01b9ada73dbf2c7f4fbb0373b69f6da87f609560',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:resolution:v1',
    predicate: {
      differs: 9,
      outcome: 'cleared',
      explanation: {
        commitment: '568c214441f8f6ffdb556d4f6934b03ce6e8a55425f0515ab1247dc48ba6745a',
        heldBy: 'supervisor-a',
      },
      issuedAt: '2026-11-24T11:00:00Z',
    },
  },
  review: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'tree',
        digest: {
          sha256: 'dc9c5edb8b2d479e697b4b0b8ab874f32b325138598ce9e7b759eb8292110622',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:review:v1',
    predicate: {
      commitment: '6decfc47673413c3518470b48644aaf3e9cfadb67b7f872e623e82f72ca7e2cc',
      heldBy: 'trustee',
      issuedAt: '2026-11-24T10:00:00Z',
    },
  },
  finding: {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'about',
        digest: {
          sha256: 'e03c42a6983f07157f42f2e718ca3f7714b36d63b506b19ba0ca0d7e04fea254',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:finding:v1',
    predicate: {
      commitment: '87b5143733e416a10390bbcbf229c6222a123db1e97b551497fabe77485ab2ed',
      heldBy: 'supervisor-a',
      issuedAt: '2026-11-24T10:00:00Z',
      severity: 'minor',
    },
  },
  'access-grant': {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'request',
        digest: {
          sha256: '92321582d5c4bb3c1a87196162469eb6ae15ab2a47281c62ea74f6656fa22197',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:access-grant:v1',
    predicate: {
      commitment: '92321582d5c4bb3c1a87196162469eb6ae15ab2a47281c62ea74f6656fa22197',
      heldBy: 'supervisor-a',
      issuedAt: '2026-11-24T10:00:00Z',
    },
  },
  'request-register': {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'day',
        digest: {
          sha256: 'a433c8ba83101c75c5b5b9199a033e85a6b3d665ef460418c99e77abffb6fded',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:request-register:v1',
    predicate: {
      commitment: '39a0c1b6232748a679a9d1f5bf393935426b2c977a69389337b469c35e806ea0',
      heldBy: 'vendor',
      issuedAt: '2026-11-24T10:00:00Z',
    },
  },
  'custody-root': {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'root',
        digest: {
          sha256: '4a8319070434dc9d4d3a63232c5d1129fa472ec3600562853f34186a4d38fc30',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:custody-root:v1',
    predicate: {
      ledger: 'zurich.example/custody',
      purpose: 'custody',
      size: 1042,
      issuedAt: '2026-11-24T09:00:00Z',
    },
  },
  'access-table': {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'table',
        digest: {
          sha256: '47705e7255c09385f1afc13a05cb192a44d1e692e9ef46033da3a8e44ed18219',
        },
      },
    ],
    predicateType: 'urn:vitrine:attestation:access-table:v1',
    predicate: {
      size: 638,
      issuedAt: '2026-11-24T09:00:00Z',
    },
  },
};
