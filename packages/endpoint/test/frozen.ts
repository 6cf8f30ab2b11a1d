// Frozen: a memory as version 0.1.0 wrote it, after an install, an update and a refusal.

export const memoryOfFirstVersion: unknown = {
  changes: [
    {
      at: 1795510860,
      to: '76c23c19ed5a514e909db4f55265a14177ac925233205fa363df971fe3f8503c',
      what: 'installed',
    },
    {
      at: 1795510860,
      from: '76c23c19ed5a514e909db4f55265a14177ac925233205fa363df971fe3f8503c',
      to: '08d739f847fa590905a7b15b7e6b0c2e5147dde8117e9f9aba119e95f574bbcf',
      what: 'installed',
    },
  ],
  checkedAt: 1795510860,
  comparedAt: 1795510860,
  current: '08d739f847fa590905a7b15b7e6b0c2e5147dde8117e9f9aba119e95f574bbcf',
  enrolment: {
    channel: 'stable',
    log: 'https://log.vendor.example/',
    output: 'agent.mjs',
    platform: 'any',
    product: 'agent',
    repositories: ['https://updates.vendor.example/'],
  },
  generation: 15,
  headFile: 'bb7fc85759da26308d3baada553faa998b07ccc0915a68078982e6c13e3334be',
  metadata: {
    roles: {
      'agent-stable': '2534e16292139a204c8f6961485b4830388809a05489f1164389d7a52a92517e',
      targets: '6c49917c7fbf8d0d1935bd65fccb016ddb7ac80d7a73f21fad4933957fed27e2',
    },
    root: '54bf74e2f70314aafc0f0f700522c24c3a5e89c940fe0adb13128243703ce10f',
    snapshot: '8702ca966804eccbb578f048e8664b6dc73205360607731ce4ce40d6d8c4131b',
    timestamp: '399dab75c1a2f2f11adf1f098613a4f42b4a03b8a236564033ed2210688ad48b',
  },
  policy: {
    document: 'afbe8267818fe60c7e2f04cbcd2923d6ca3ede0020fc904f05de28b1cd55e463',
    root: '54bf74e2f70314aafc0f0f700522c24c3a5e89c940fe0adb13128243703ce10f',
  },
  publication: '705ebe130a2ab0fa428563f7d7f197fa47cc0d67b174a74e7cc7be3e3585605d',
  refusal: {
    at: 1795510860,
    code: 'tuf.operators',
    message: 'agent-stable is signed by vendor; it takes the vendor and 1 of the supervisors',
    remedy: 'Do not install; the vendor must have a supervisor sign this version of the role.',
    step: 'target',
  },
  verdict: {
    floor: 1795510820,
    format: 'urn:vitrine:state:v1',
    head: {
      origin: 'log.example/vitrine',
      root: 'V427WD5OIO5NK8YMMBnzDJwCpBZjir8uWoHjCl/0f3w=',
      size: 20,
    },
    policy: {
      sha256: '2d65bbbc09f2fd6615420c1f67897b34c9e1fe9afa41b8938da3db16ef73d425',
      version: 1,
    },
    publication: {
      asOf: 20,
      index: 20,
      seq: 3,
      sha256: '8702ca966804eccbb578f048e8664b6dc73205360607731ce4ce40d6d8c4131b',
      snapshot: 3,
    },
    root: {
      sha256: '54bf74e2f70314aafc0f0f700522c24c3a5e89c940fe0adb13128243703ce10f',
      version: 1,
    },
    sequences: {
      'agent/stable': 2,
    },
  },
  versions: [
    {
      evidence: 'f4eeba4f10fb8edbc9d4c5a81ed8f7d8f3c48f1983dafab27742a0bf388cc5d6',
      installedAt: 1795510860,
      order: 'bcea15e9098978ff2c3f9eef7f96635a56bcf53c0b87bae37866c86052a2e629',
      sequence: 1,
      sha256: '76c23c19ed5a514e909db4f55265a14177ac925233205fa363df971fe3f8503c',
      size: 244,
      standing: 'good',
      version: '0.1.0',
    },
    {
      evidence: '9715a23d71f373d20b2ea5c10dd8eacd41e7fb785bea9fc0dc9e3230d056bf73',
      installedAt: 1795510860,
      order: '34bc026a6ff9af54ac91ae6755c8c79003bf20373edd9120898fbfbb238132fc',
      sequence: 2,
      sha256: '08d739f847fa590905a7b15b7e6b0c2e5147dde8117e9f9aba119e95f574bbcf',
      size: 244,
      standing: 'good',
      version: '0.2.0',
    },
  ],
};
