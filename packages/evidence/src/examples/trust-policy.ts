import type { Json } from '../json.ts';

export const trustPolicyStatement: Json = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [
    {
      digest: {
        sha256: '2d65bbbc09f2fd6615420c1f67897b34c9e1fe9afa41b8938da3db16ef73d425',
      },
      name: 'trust-policy',
    },
  ],
  predicateType: 'urn:vitrine:attestation:trust-policy:v1',
  predicate: {
    freshness: {
      maxAge: 86400,
      offlineMaxAge: 2592000,
    },
    keys: [
      {
        builder: 'https://vendor.example/conveyor',
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: '0f240e104cc6b1fbc53eb68a2fbf331a1b50a61145493879869fea70aadde08e',
        operator: 'vendor',
        publicKey: 'MCowBQYDK2VwAyEAOYvkvel+BjMYGMjWxT+5Wz2kMmOKsWLDp4BwBmJ2v0A=',
        role: 'builder',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: '4bc65491a8ad2d4cec0dd9860c136e2ae9513168f7fe6e520dc06f766b403102',
        operator: 'trustee',
        publicKey: 'MCowBQYDK2VwAyEAOYuJ1oNizKM2QTLthOT7YgYL4XqPKwYK1ugbrKHftBI=',
        role: 'reviewer',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: '5481314ff0369b3c73c9d075961b23b5b8dbb505a2d76811dac153e4b92e4ee1',
        operator: 'supervisor-a',
        publicKey: 'MCowBQYDK2VwAyEAQ/lU+FNzM4KQLOtgFAM2MA6h6CRb8NG9TBnsI4+5T4o=',
        role: 'rebuilder',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: '9cf506f256d0e0d2f3e7dd4cb91add71940aa647ed63cee0560008bc8f85f4e5',
        operator: 'vendor',
        publicKey: 'MCowBQYDK2VwAyEA7yqNqytUuhpLGWDtMzGl9/Vv+qPynNEYXU/9FNpl+Tg=',
        role: 'source',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: 'b3d410555a9767f78b7c823073ecb3e57038a71f4aeb4574d518c85d292fa0f6',
        operator: 'supervisor-a',
        publicKey: 'MCowBQYDK2VwAyEAJW9sCd9lMnMNpP/OMpDr8KkG5/k9Su1P0FajF3dbSPI=',
        role: 'supervisor',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: 'ed0b437f127ad670552061b0f33ba3d6abac64fd85512d3a0cf8de822243df37',
        operator: 'vendor',
        publicKey: 'MCowBQYDK2VwAyEAgi4RniiPepUfebTD+9OIv/3AmBVLlAEt5IDQ8uzgZYE=',
        role: 'order',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: 'f4e509d3d316fbcd0ea85108bd2faf76ae560d565aaafe883c44138cadddd251',
        operator: 'vendor',
        publicKey:
          'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJiTD9I3NqC2ABXWM07+e7jih4Ad1wVeggZBK8VDa6avERO1ElfiS2CvQ6j0MqMUvIlzMGYsBfKmZ39IFuL0uRw==',
        role: 'releaser',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: 'feb34ae917ba1b200b03ab53aeebc95aecb695463a9f5b383c4c0f442f6e251a',
        operator: 'vendor',
        publicKey: 'MCowBQYDK2VwAyEAtuhaSQBB/9f7hRVPGfFcEwJxdc5GTyXE+M/igat5FGQ=',
        role: 'publisher',
      },
      {
        from: {
          index: 0,
          origin: 'log.example/vitrine',
        },
        keyid: 'ff94bbf6a2a40b41a1c7606f1b8c90cc62fda48a8f108b8471577dac4d8cba9e',
        operator: 'supervisor-b',
        publicKey: 'MCowBQYDK2VwAyEAghUvsnPVrJGV6bGe8TtRSNLth7xtIc8Qu6qCtrb3RZ0=',
        role: 'rebuilder',
      },
    ],
    log: {
      frozen: [],
      keys: [
        {
          from: {
            index: 0,
            origin: 'log.example/vitrine',
          },
          operator: 'vendor',
          vkey: 'log.example/vitrine+7e31d66f+AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx',
        },
      ],
      origin: 'log.example/vitrine',
    },
    operators: [
      {
        id: 'supervisor-a',
        jurisdiction: 'CH',
        name: 'First Supervisor',
        part: 'supervisor',
      },
      {
        id: 'supervisor-b',
        jurisdiction: 'DE',
        name: 'Second Supervisor',
        part: 'supervisor',
      },
      {
        id: 'trustee',
        jurisdiction: 'FR',
        name: 'Trustee of the Customers',
        part: 'independent',
      },
      {
        id: 'vendor',
        jurisdiction: 'CH',
        name: 'Example Vendor',
        part: 'vendor',
      },
    ],
    rebuilds: {
      blind: false,
      threshold: 2,
    },
    resolutionDeadline: 604800,
    version: 1,
    witnesses: {
      faulty: 1,
      keys: [
        {
          from: {
            index: 0,
            origin: 'log.example/vitrine',
          },
          operator: 'supervisor-a',
          vkey: 'supervisor-a.example/witness+3e6ec293+BAbbLrNaGD2MY2XijSWvCeDVMKw8wxCcDNVd8IuOYh3L',
        },
        {
          from: {
            index: 0,
            origin: 'log.example/vitrine',
          },
          operator: 'supervisor-b',
          vkey: 'supervisor-b.example/witness+453c3334+BKklsnylOLJPEMLXc9230AyKHaqFx0qlVdNVJqwM/+gk',
        },
      ],
      quorum: 2,
    },
  },
};
