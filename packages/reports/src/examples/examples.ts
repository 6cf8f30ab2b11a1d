// One of each format. They belong together: one subject, its consent, its report and what became of it.

import type { Json } from '@vitrine/evidence';

export const examples: Readonly<Record<string, Json>> = {
  'consent-schema': {
    v: 1,
    version: 1,
    purposes: {
      protect: 'to decide whether the file, address or behaviour is dangerous',
      measure: 'to know how widespread it is',
      explain: 'to explain a detection and to correct wrong ones',
      analyse: 'to take the file apart in a closed laboratory machine',
    },
    retention: {
      facts: {
        days: 365,
        plain: 'deleted after 365 days',
      },
      traces: {
        days: 90,
        plain: 'deleted after 90 days',
      },
      samples: {
        days: 30,
        plain: 'deleted after 30 days',
      },
    },
    lookUp: [
      {
        name: 'prefix',
        optional: false,
        purpose: 'protect',
        personal: false,
        plain: 'the first bits of the digest of a file; how many is public, and hundreds of files share them',
        form: {
          type: 'string',
          pattern: '^[0-9a-f]{1,8}$',
          maxLength: 8,
          description: 'the first bits of a SHA-256 digest',
        },
      },
    ],
    kinds: {
      'file-seen': {
        plain: 'a file that was new on this computer',
        retention: 'facts',
        facts: [
          {
            name: 'object',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'the SHA-256 digest of the file',
            form: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              maxLength: 64,
              description: 'a SHA-256 digest in lower-case hex',
            },
          },
          {
            name: 'size',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'its size',
            form: {
              type: 'integer',
              minimum: 0,
              maximum: 17592186044416,
            },
          },
          {
            name: 'format',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'its kind, for example program or document',
            form: {
              enum: ['pe', 'elf', 'macho', 'dex', 'script', 'document', 'archive', 'other'],
            },
          },
          {
            name: 'seen',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'the day on which it was seen',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
              maxLength: 10,
              description: 'a day in UTC',
            },
          },
          {
            name: 'signer',
            optional: true,
            purpose: 'protect',
            personal: false,
            plain: 'the digest of the certificate that signed it',
            form: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              maxLength: 64,
              description: 'a SHA-256 digest in lower-case hex',
            },
          },
          {
            name: 'arrived',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'by which way it arrived, for example web or mail',
            form: {
              enum: ['web', 'mail', 'removable', 'network', 'local', 'unknown'],
            },
          },
        ],
        personal: [
          {
            name: 'name',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the name of the file',
            form: {
              type: 'string',
              pattern: '^[^\\p{Cc}\\p{Co}\\p{Cn}\\u2028\\u2029]{1,255}$',
              maxLength: 255,
              description: 'a file name',
            },
          },
          {
            name: 'path',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the folder in which it lies',
            form: {
              type: 'string',
              pattern: '^[^\\p{Cc}\\p{Co}\\p{Cn}\\u2028\\u2029]{1,1024}$',
              maxLength: 1024,
              description: 'a path',
            },
          },
          {
            name: 'at',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the exact time',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
              maxLength: 20,
              description: 'a time in UTC, whole seconds',
            },
          },
        ],
      },
      detection: {
        plain: 'a file that was recognised as dangerous',
        retention: 'facts',
        facts: [
          {
            name: 'object',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'the SHA-256 digest of the file',
            form: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              maxLength: 64,
              description: 'a SHA-256 digest in lower-case hex',
            },
          },
          {
            name: 'size',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'its size',
            form: {
              type: 'integer',
              minimum: 0,
              maximum: 17592186044416,
            },
          },
          {
            name: 'rule',
            optional: false,
            purpose: 'explain',
            personal: false,
            plain: 'the rule that recognised it',
            form: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$',
              maxLength: 128,
              description: 'the name of a rule',
            },
          },
          {
            name: 'database',
            optional: false,
            purpose: 'explain',
            personal: false,
            plain: 'the version of the database with that rule',
            form: {
              type: 'integer',
              minimum: 0,
              maximum: 9007199254740991,
            },
          },
          {
            name: 'action',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'what was done with it',
            form: {
              enum: ['blocked', 'quarantined', 'reported', 'allowed'],
            },
          },
          {
            name: 'seen',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'the day on which it was seen',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
              maxLength: 10,
              description: 'a day in UTC',
            },
          },
        ],
        personal: [
          {
            name: 'name',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the name of the file',
            form: {
              type: 'string',
              pattern: '^[^\\p{Cc}\\p{Co}\\p{Cn}\\u2028\\u2029]{1,255}$',
              maxLength: 255,
              description: 'a file name',
            },
          },
          {
            name: 'path',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the folder in which it lay',
            form: {
              type: 'string',
              pattern: '^[^\\p{Cc}\\p{Co}\\p{Cn}\\u2028\\u2029]{1,1024}$',
              maxLength: 1024,
              description: 'a path',
            },
          },
          {
            name: 'at',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the exact time',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
              maxLength: 20,
              description: 'a time in UTC, whole seconds',
            },
          },
        ],
      },
      contact: {
        plain: 'a suspicious address that a program contacted',
        retention: 'traces',
        facts: [
          {
            name: 'domain',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'the domain',
            form: {
              type: 'string',
              pattern:
                '^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$',
              maxLength: 253,
              description: 'a domain in lower case',
            },
          },
          {
            name: 'port',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'the port',
            form: {
              type: 'integer',
              minimum: 1,
              maximum: 65535,
            },
          },
          {
            name: 'by',
            optional: true,
            purpose: 'protect',
            personal: false,
            plain: 'the SHA-256 digest of the program',
            form: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              maxLength: 64,
              description: 'a SHA-256 digest in lower-case hex',
            },
          },
          {
            name: 'action',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'what was done about it',
            form: {
              enum: ['blocked', 'reported', 'allowed'],
            },
          },
          {
            name: 'seen',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'the day on which it was seen',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
              maxLength: 10,
              description: 'a day in UTC',
            },
          },
        ],
        personal: [
          {
            name: 'url',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the whole address, with its path',
            form: {
              type: 'string',
              pattern: '^https?:\\/\\/[!-~]{1,2000}$',
              maxLength: 2008,
              description: 'an http or https address',
            },
          },
          {
            name: 'at',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the exact time',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
              maxLength: 20,
              description: 'a time in UTC, whole seconds',
            },
          },
        ],
      },
      behaviour: {
        plain: 'a program that behaved suspiciously',
        retention: 'traces',
        facts: [
          {
            name: 'object',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'the SHA-256 digest of the file',
            form: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              maxLength: 64,
              description: 'a SHA-256 digest in lower-case hex',
            },
          },
          {
            name: 'what',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'what it did, from a fixed list',
            form: {
              enum: [
                'credential-access',
                'disable-protection',
                'mass-encryption',
                'persistence',
                'privilege-escalation',
                'process-injection',
              ],
            },
          },
          {
            name: 'rule',
            optional: false,
            purpose: 'explain',
            personal: false,
            plain: 'the rule that noticed it',
            form: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$',
              maxLength: 128,
              description: 'the name of a rule',
            },
          },
          {
            name: 'parent',
            optional: true,
            purpose: 'protect',
            personal: false,
            plain: 'the SHA-256 digest of the program that started it',
            form: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              maxLength: 64,
              description: 'a SHA-256 digest in lower-case hex',
            },
          },
          {
            name: 'times',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'how often',
            form: {
              type: 'integer',
              minimum: 1,
              maximum: 1000000,
            },
          },
          {
            name: 'seen',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'the day on which it was seen',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
              maxLength: 10,
              description: 'a day in UTC',
            },
          },
        ],
        personal: [
          {
            name: 'command',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the command line with which it was started',
            form: {
              type: 'string',
              pattern: '^[^\\p{Cc}\\p{Co}\\p{Cn}\\u2028\\u2029]{1,2048}$',
              maxLength: 2048,
              description: 'a command line',
            },
          },
          {
            name: 'path',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the folder in which it lies',
            form: {
              type: 'string',
              pattern: '^[^\\p{Cc}\\p{Co}\\p{Cn}\\u2028\\u2029]{1,1024}$',
              maxLength: 1024,
              description: 'a path',
            },
          },
          {
            name: 'at',
            optional: true,
            purpose: 'explain',
            personal: true,
            plain: 'the exact time',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
              maxLength: 20,
              description: 'a time in UTC, whole seconds',
            },
          },
        ],
      },
      sample: {
        plain: 'a suspicious file itself, in pieces',
        retention: 'samples',
        facts: [
          {
            name: 'object',
            optional: false,
            purpose: 'protect',
            personal: false,
            plain: 'the SHA-256 digest of the file',
            form: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              maxLength: 64,
              description: 'a SHA-256 digest in lower-case hex',
            },
          },
          {
            name: 'size',
            optional: false,
            purpose: 'analyse',
            personal: false,
            plain: 'its size',
            form: {
              type: 'integer',
              minimum: 1,
              maximum: 67108864,
            },
          },
          {
            name: 'category',
            optional: false,
            purpose: 'analyse',
            personal: false,
            plain: 'its kind: all but programs and scripts need your yes for this very file',
            form: {
              enum: ['program', 'script', 'document', 'archive', 'other'],
            },
          },
          {
            name: 'piece',
            optional: false,
            purpose: 'analyse',
            personal: false,
            plain: 'which piece this is',
            form: {
              type: 'integer',
              minimum: 0,
              maximum: 255,
            },
          },
          {
            name: 'seen',
            optional: false,
            purpose: 'measure',
            personal: false,
            plain: 'the day on which it was seen',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
              maxLength: 10,
              description: 'a day in UTC',
            },
          },
        ],
        personal: [
          {
            name: 'data',
            optional: false,
            purpose: 'analyse',
            personal: true,
            plain: 'the content of the piece',
            form: {
              type: 'string',
              pattern: '^[A-Za-z0-9+/]+={0,2}$',
              maxLength: 349528,
              description: 'base64 of up to 256 KiB',
            },
          },
          {
            name: 'yes',
            optional: true,
            purpose: 'analyse',
            personal: true,
            plain: 'when you said yes to sharing this very file',
            form: {
              type: 'string',
              pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
              maxLength: 20,
              description: 'a time in UTC, whole seconds',
            },
          },
        ],
      },
    },
    profiles: {
      none: {
        plain: 'Nothing is shared. Protection uses the database on this computer.',
        lookUps: false,
        kinds: [],
      },
      'look-ups': {
        plain: 'Nothing is shared. Unknown files are looked up by the first bits of their digest, unsigned.',
        lookUps: true,
        kinds: [],
      },
      reports: {
        plain: 'What is new or dangerous on this computer is reported; no file leaves it.',
        lookUps: true,
        kinds: ['file-seen', 'detection', 'contact', 'behaviour'],
      },
      samples: {
        plain:
          'As reports; suspicious programs and scripts are sent in, too, other files only with a yes for each.',
        lookUps: true,
        kinds: ['file-seen', 'detection', 'contact', 'behaviour', 'sample'],
      },
    },
  },
  'consent-receipt': {
    act: 'given',
    at: '2026-11-24T08:00:00Z',
    basis: 'consent',
    controller: {
      center: 'zurich',
      country: 'CH',
      name: 'Data center Zurich',
      operator: 'vendor',
    },
    country: 'LI',
    id: 'ee62a3f08ad6aa7b18de0e41a93f0bc4',
    jurisdictions: ['CH'],
    language: 'en',
    method: 'terminal',
    notice: {
      policyUrl: 'https://vendor.example/privacy',
      text: 'b19f7a079a5e5a91cb10dafa017e030064332d2cca5cf15afe3b3b29b6de79f3',
    },
    previous: null,
    profile: 'reports',
    purposes: [
      {
        days: 365,
        kinds: ['file-seen', 'detection', 'contact', 'behaviour'],
        published: true,
        purpose: 'protect',
      },
      {
        days: 365,
        kinds: ['file-seen', 'detection', 'contact', 'behaviour'],
        published: false,
        purpose: 'measure',
      },
      {
        days: 365,
        kinds: ['file-seen', 'detection', 'contact', 'behaviour'],
        published: false,
        purpose: 'explain',
      },
    ],
    residency: 1,
    schema: {
      digest: 'bea2b7ee3f48b36fec87cda5ae3866e5a7301204aaa4e92f74458d7b84ba2e5a',
      version: 1,
    },
    sensitive: false,
    subject: {
      key: 'MCowBQYDK2VwAyEAGlOYIOcxJRLMSBGQvz8JK9+xfT1LfH/imXpLup7u60E=',
      sealing: 'GgCTW3/b8oCYbJKqFdN+1tka/MhcOE/jmbn953wm3X0=',
    },
    v: 1,
  },
  report: {
    at: '2026-11-24T09:00:00Z',
    center: 'zurich',
    consent: '552bb33b610bda3aaa4eefda65bd2d40c1b1162acfc61616cf37f665005f3693',
    country: 'LI',
    id: 'ac6a2d0d48722b8ec8aac1c448d33eb9',
    observations: [
      {
        observation: {
          facts: {
            arrived: 'web',
            format: 'pe',
            object: 'ce9dc721560d9442ae6d9ef121db19977766f5eba3474c4763b7e4a50cc385a1',
            seen: '2026-11-24',
            size: 48128,
          },
          kind: 'file-seen',
          personal: {
            name: 'setup.exe',
            path: 'C:\\Users\\Public\\Downloads',
          },
        },
        salt: 'R+34TNtCDerrNDPcnFjI9uqS5d4HFMxAlre1AyJDLcE=',
      },
      {
        observation: {
          facts: {
            action: 'blocked',
            domain: 'updates.example',
            port: 443,
            seen: '2026-11-24',
          },
          kind: 'contact',
          personal: {
            url: 'https://updates.example/gate',
          },
        },
        salt: 'G2dlEWJo8qelOR66JfyDbtyEnQCW6HHlu5pF8Ik8e+U=',
      },
    ],
    subject: {
      key: 'MCowBQYDK2VwAyEAGlOYIOcxJRLMSBGQvz8JK9+xfT1LfH/imXpLup7u60E=',
      sealing: 'GgCTW3/b8oCYbJKqFdN+1tka/MhcOE/jmbn953wm3X0=',
    },
    v: 1,
  },
  'sealed-message': {
    seed: 'e282ac53ab179e3fbd0bb6f711e7fc5628fb75eb09dfb9de3fa9e57ff843c082',
    key: {
      center: 'zurich',
      consent: 'bea2b7ee3f48b36fec87cda5ae3866e5a7301204aaa4e92f74458d7b84ba2e5a',
      graceUntil: '2026-12-07T00:00:00Z',
      notAfter: '2026-11-30T00:00:00Z',
      notBefore: '2026-11-23T00:00:00Z',
      policy: 1,
      publicKey: 'bnti0TtEAMrkfWDgSayHEUSI38FZrNaIlvCi95X90jw=',
      suite: 'x25519-sha256-aes256gcm',
    },
    message:
      'VlRSMQyuEaIiIGspxDBjX5fgm6p3Nab+U5Jaxv5daGe8kdo5S47iculmKFn77F2uAcnZcjwP8IkeMoHoGusvSYdNtmCP4qJIBZA6W4kw29f/i3sWq43eXNmBsdHzseL/TS1cJSiNd5+oawlXgc93yDAJYqq6zhyw2kMT2wxGgY2Mgg26OfZ3Ke4YyjulR+Ajiz2jFwiWZt3OGNfKoi2txNEH3gVHnQUGipv0E17Zrp/q0qXVfVmQYUyFBLbHd/IKR4hY50hKgiLr2BbcSoS/zXPDIRK2RFvO5OryzR04h7tpSpuaV3uM4vMEtFWq+2bBSIfzBABcNJ2Xw6+SmuPDA3gVinzR4u3njMeWoXieEBk4dbuxFSSFInA1aVhFuS+vYzW8CToRt2L1IPi153Vc6rmcP3A6YKlnpo/qkDW9N78k1VSKrWYKmb98NWoYhYuHw+aHa9HzZyjDhZx8EzvHi9GljhJ/1ptQ+6eahuUl24lJmux9TBTPCVD0kNI48QPwrFb4hFLjPl58vLC9zxhhn4cQfo04Erdq3vehCvjZuMC8aoC2+d/CsJxMBYfzO70zt6Nre6RFgfQYJA6z+9qo81kIoCbBFS6QlVN/xsUn7MsAiBM/tpStaRhd8fucy/gxFjAQOPXCzW+7vbOgIVCg964Ia6BYmFb/fbu6yAeVr8otDp/YHiYD5EuoC5axbeSeOaB3VKKJeKAPKJ1mznva2aCOGT3TwGnywsLmSV3t2PI6WMj9ZohDzZMQSf9PR+RAbwxEjpalr0z6uFow8l8Tf9ZHEzDLa5kACxw9mMKE0IFDV3nIUpdx5S8NM/KmawKnd67y1xZA0EfAwFdlJ+ogHY76BfFLGD/BIoaciJu4CjlOJMhxqZAJVVFhrHwH94vB89bBUuiT5AfZzYiSkAIAc3yIGcm6FKrqK66HhVQ6Zpaj5D+/EbPzExmBziTs37D+hyFPsxbZSXUUfLWOYxBvBskL4MYuCBLN3DZ2bWPTFSueaLqv3oB2sE0Sg3OFW4aKYwByefcCH9iZnQ5xDnI/FxokaewJyKRxIrRl6BCltmEMcUVbd9YVOxa4oMMCmCfAWr46c88wf56kixUGgY7o+Y6s06RnG/Hh29Zs+xg7h525xHPErbpKeNgrrzwE96aqOAR/hd94tIvibw9GLHaHuaPjncPBMtkNfND/Q8rzNDucLWIyy7vesvGXySuyFf4iIlEpx46TRz6TMfxpl6OfY15Lg/S/mZpgy0urov+d84cVfjnLGMwsIjNF6tEVQ1ebpYbmdbt8EPFeZFItS+w91NtlFd7x06HuO8+5C8FdZTYHXiFXJnrCAsuHhHbTRM8DB11YC5xMoVcPNCCWnHzdw4Hkyg2JdXFLVY5KeA36TqTTMGdhsX7BxWQjjyHUcz62DtBfF5OB3oOqRUUzctXNKUgHdR0kHR+ReL0VImbtoy+hgIuRPdV6UnYoNDmRw1lmZiRIjQ==',
    body: 'AEDDuApsNLACt9fCs8twI895BbcUYH4mw3p6XiLZVTMN6baKc6JHMxCTCda5r4JC10HP8//Vvyu5xODyz6APVxMMeyJhdCI6IjIwMjYtMTEtMjRUMDk6MDA6MDBaIiwiY2VudGVyIjoienVyaWNoIiwiY29uc2VudCI6IjU1MmJiMzNiNjEwYmRhM2FhYTRlZWZkYTY1YmQyZDQwYzFiMTE2MmFjZmM2MTYxNmNmMzdmNjY1MDA1ZjM2OTMiLCJjb3VudHJ5IjoiTEkiLCJpZCI6ImFjNmEyZDBkNDg3MjJiOGVjOGFhYzFjNDQ4ZDMzZWI5Iiwib2JzZXJ2YXRpb25zIjpbeyJvYnNlcnZhdGlvbiI6eyJmYWN0cyI6eyJhcnJpdmVkIjoid2ViIiwiZm9ybWF0IjoicGUiLCJvYmplY3QiOiJjZTlkYzcyMTU2MGQ5NDQyYWU2ZDllZjEyMWRiMTk5Nzc3NjZmNWViYTM0NzRjNDc2M2I3ZTRhNTBjYzM4NWExIiwic2VlbiI6IjIwMjYtMTEtMjQiLCJzaXplIjo0ODEyOH0sImtpbmQiOiJmaWxlLXNlZW4iLCJwZXJzb25hbCI6eyJuYW1lIjoic2V0dXAuZXhlIiwicGF0aCI6IkM6XFxVc2Vyc1xcUHVibGljXFxEb3dubG9hZHMifX0sInNhbHQiOiJSKzM0VE50Q0RlcnJORFBjbkZqSTl1cVM1ZDRIRk14QWxyZTFBeUpETGNFPSJ9LHsib2JzZXJ2YXRpb24iOnsiZmFjdHMiOnsiYWN0aW9uIjoiYmxvY2tlZCIsImRvbWFpbiI6InVwZGF0ZXMuZXhhbXBsZSIsInBvcnQiOjQ0Mywic2VlbiI6IjIwMjYtMTEtMjQifSwia2luZCI6ImNvbnRhY3QiLCJwZXJzb25hbCI6eyJ1cmwiOiJodHRwczovL3VwZGF0ZXMuZXhhbXBsZS9nYXRlIn19LCJzYWx0IjoiRzJkbEVXSm84cWVsT1I2NkpmeURidHlFblFDVzZISGx1NXBGOElrOGUrVT0ifV0sInN1YmplY3QiOnsia2V5IjoiTUNvd0JRWURLMlZ3QXlFQUdsT1lJT2N4SlJMTVNCR1F2ejhKSzkreGZUMUxmSC9pbVhwTHVwN3U2MEU9Iiwic2VhbGluZyI6IkdnQ1RXMy9iOG9DWWJKS3FGZE4rMXRrYS9NaGNPRS9qbWJuOTUzd20zWDA9In0sInYiOjF9',
  },
  'custody-entry': {
    country: 'LI',
    day: '2026-11-24',
    digest: '93ae00d42ae0db3d90b02d5744d1d9aab8b89bea31867c87e3435bc69d3859c8',
    kind: 'file-seen',
    retention: 'facts',
    type: 'record',
    v: 1,
  },
  'custody-promise': {
    at: '2026-11-24T09:00:00Z',
    center: 'zurich',
    day: '2026-11-24',
    deadline: '2026-11-24T09:10:00Z',
    ledger: 'zurich.example/custody',
    records: [
      {
        ciphertext: '1b6c2a831e693908683169ab567c03b25b4a4b9a5f07c29ed9626f9360ffdcce',
        leaf: '8412e8ce6276c097b98b93c57071fcdd16912424b1a48fb831e3562fbdd2c2a2',
      },
      {
        ciphertext: 'dac9af159db84055c4423778d45087fcc7d61b01f72c81cd6437658059cd6a11',
        leaf: '8b88e6ef05169d0fb607a4e42edbaac0df8d74c638f655f2bdb500f43de3bcce',
      },
    ],
    report: 'ac6a2d0d48722b8ec8aac1c448d33eb9',
    v: 1,
  },
  'custody-receipt': {
    checkpoint:
      'zurich.example/custody\n2\naHi+XmvG2yfkR+LJY3nxYrbY9WkFq2xhIfNvLXdnHb4=\n\n— zurich.example/custody LFd7O87b7nR2xraHaUJl9FVEuQfrGrg9SXASi3xZi3jF0o9WTQxN1ciEwY2VMhoioduFVhJqe0ee2huWj2slPAOAhQU=\n— witness.example nYxp2wAAAABrBVJMe8zcF1kb0dChacT/Mv6ja7O6VIluf7wS95zWG6h+YmhkpCvKuKlXirpbxL2rJmVF0rQVeac3RalLd697Ku59DQ==\n',
    index: 0,
    path: ['i4jm7wUWnQ+2B6TkLtuqwN+NdMY49lXyvbUA9D3jvM4='],
    promise: {
      payload:
        'eyJhdCI6IjIwMjYtMTEtMjRUMDk6MDA6MDBaIiwiY2VudGVyIjoienVyaWNoIiwiZGF5IjoiMjAyNi0xMS0yNCIsImRlYWRsaW5lIjoiMjAyNi0xMS0yNFQwOToxMDowMFoiLCJsZWRnZXIiOiJ6dXJpY2guZXhhbXBsZS9jdXN0b2R5IiwicmVjb3JkcyI6W3siY2lwaGVydGV4dCI6IjFiNmMyYTgzMWU2OTM5MDg2ODMxNjlhYjU2N2MwM2IyNWI0YTRiOWE1ZjA3YzI5ZWQ5NjI2ZjkzNjBmZmRjY2UiLCJsZWFmIjoiODQxMmU4Y2U2Mjc2YzA5N2I5OGI5M2M1NzA3MWZjZGQxNjkxMjQyNGIxYTQ4ZmI4MzFlMzU2MmZiZGQyYzJhMiJ9LHsiY2lwaGVydGV4dCI6ImRhYzlhZjE1OWRiODQwNTVjNDQyMzc3OGQ0NTA4N2ZjYzdkNjFiMDFmNzJjODFjZDY0Mzc2NTgwNTljZDZhMTEiLCJsZWFmIjoiOGI4OGU2ZWYwNTE2OWQwZmI2MDdhNGU0MmVkYmFhYzBkZjhkNzRjNjM4ZjY1NWYyYmRiNTAwZjQzZGUzYmNjZSJ9XSwicmVwb3J0IjoiYWM2YTJkMGQ0ODcyMmI4ZWM4YWFjMWM0NDhkMzNlYjkiLCJ2IjoxfQ==',
      payloadType: 'application/vnd.vitrine.promise+json',
      signatures: [
        {
          keyid: '7e3db971e8b92fe1b400acc39a2899b088428378e53d14432aff2e381b873811',
          sig: 'ydBIeURSiB+5kdsNgXRc4e/RvZms5/reqmt49WG1zZMtwV+Ryl8FRocOjrve5wHX0gaq1U61fFCRjObNYrNyAQ==',
        },
      ],
    },
    record: 0,
    v: 1,
  },
  'access-entry': {
    at: '2026-11-24T10:00:00Z',
    grant: '8e797aad7e37dc80ed872327398f3f250173c52187686669c4b6c69a6e2dcfaf',
    record: '05f045a6e864ef68097e34da156c1dc0a0bd26584636cbd772f4b4718cc62475',
    type: 'read',
    v: 1,
  },
  'sealed-halves': {
    check: '8c0f90a891c45fa0f4d2dc1ce9de5a038e52cbfa1fbe4d8e3deb389e40c75ce5',
    key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
    need: 1,
    shares: [
      {
        sealed:
          'wuiTS4cBfDxdfUMXBEk8nclZqD1VQbB5ai5k4GBjExr3EX4LJLVghrSq7yeOhoiZid0WGoKiJdyf+lBaX4qhs5fDu1/ykAk1JW3DbjhyaiY=',
        supervisor: 'supervisor',
      },
    ],
    subject:
      'hj+QnTF5YjqGAoCoqE6RNP4gQs88b1pVvQjaqX9SwCwQWuB26BZiavF4/UiAOzcsUlolUz6di1JuHpHR1pBtsbDD8Z2JRJcptmkcBXOSWLw=',
    v: 1,
  },
  'subject-request': {
    act: 'erase',
    at: '2026-11-26T09:00:00Z',
    center: 'zurich',
    id: '85dfedd248c9fd1511fd4a503ee35089',
    subject: {
      key: 'MCowBQYDK2VwAyEAGlOYIOcxJRLMSBGQvz8JK9+xfT1LfH/imXpLup7u60E=',
      sealing: 'GgCTW3/b8oCYbJKqFdN+1tka/MhcOE/jmbn953wm3X0=',
    },
    v: 1,
  },
  confirmation: {
    act: 'erase',
    at: '2026-11-26T09:01:40Z',
    center: 'zurich',
    erasures: [
      {
        entry:
          '{"commitment":"9cf5e5110c2ca44a99e4abad9e610df1b206f32273f8a883401a1bfff1271ecc","count":2,"day":"2026-11-26","reason":"erased","type":"tombstone","v":1}',
        indices: [0, 1],
        salt: 'aBVt8Y59bvGQZDC+tNiAKX/FJKjiy6oyITVWNYgzVVE=',
      },
    ],
    finalAt: '2026-12-26T00:00:00Z',
    ledger: 'zurich.example/custody',
    records: 2,
    request: '05b7e85c6a7015476358338d703efcf7ba0ec3b6e6445b0d0beca842bf8df793',
    v: 1,
  },
  'export-page': {
    center: 'zurich',
    keys: [
      {
        check: '8c0f90a891c45fa0f4d2dc1ce9de5a038e52cbfa1fbe4d8e3deb389e40c75ce5',
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
        need: 1,
        shares: [
          {
            sealed:
              'wuiTS4cBfDxdfUMXBEk8nclZqD1VQbB5ai5k4GBjExr3EX4LJLVghrSq7yeOhoiZid0WGoKiJdyf+lBaX4qhs5fDu1/ykAk1JW3DbjhyaiY=',
            supervisor: 'supervisor',
          },
        ],
        subject:
          'hj+QnTF5YjqGAoCoqE6RNP4gQs88b1pVvQjaqX9SwCwQWuB26BZiavF4/UiAOzcsUlolUz6di1JuHpHR1pBtsbDD8Z2JRJcptmkcBXOSWLw=',
        v: 1,
      },
    ],
    last: true,
    ledger: 'zurich.example/custody',
    page: 0,
    reads: [
      {
        entry:
          '{"at":"2026-11-24T10:00:00Z","grant":"8e797aad7e37dc80ed872327398f3f250173c52187686669c4b6c69a6e2dcfaf","record":"05f045a6e864ef68097e34da156c1dc0a0bd26584636cbd772f4b4718cc62475","type":"read","v":1}',
        index: 0,
        record: 0,
        salt: 'ZXN09cuM0vun9wvwY07a/7enx96/ZbkiGjA6tioZ2v0=',
      },
    ],
    records: [
      {
        ciphertext:
          '8hKY7K9rPR0DPGCAJZve69UNPNhXEFRIMnweP/L07zwMlYHvLLOvp5xOeQ2NHOYnRCsKB109BSG7Zf2/wf5UBI/qR+auZsxdJFHUTL11VhpDEKG3CZUBkRyR2FJ9PcUZHxRO21ow6zIcdyfhoMe3h6vy/uVrvgjg86AhZU6syi/GNBLjIOLubEKo4bRTNXBXoJSUDdkkNATARKEmNVPIqdqEm341uyt30eyVe3wFLKmMBKaW153xiFJDGDtPv8F0A8JzpQewu91HGsS04vAcoQLJ64jR5hDF+YsGgCoyKC73qHs+RqcL1S9FScQTj/TkjFU61xb4Xts3Q8vzRjgHS7XgjsAG3EWr06F9hPIBfqOEVFcz8Gj4qRNn9LRiTNcGP2I8CvOTxH1e7LI=',
        entry:
          '{"country":"LI","day":"2026-11-24","digest":"93ae00d42ae0db3d90b02d5744d1d9aab8b89bea31867c87e3435bc69d3859c8","kind":"file-seen","retention":"facts","type":"record","v":1}',
        index: 0,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
      {
        ciphertext:
          'eIwfMbRA7holYy/MDJ1XYOeazO37K0ll9+ocDToQ4b7aMFDubDc6uv+xejyHEgfj8VQGxQppo0CJeWIHJaE4gOv6f+/PZKI5ViywdkQ3T6bSM9O8ky0JT3ElFzZrbmYYgI9pOiWOn7kaZRsd9BM/b0Ew1R9b20Q69f8hBsqhPZgtdqA9c0vZTeKQYjMO1ramMihejIzuP85gbvb3whwPV/LOK5K1P+fzdK1TbEyfQEqLdTS4umkaw8886Fzw3Tsqr4vsI86Urcd9lnguwxJKaQEz2yt0HP8=',
        entry:
          '{"country":"LI","day":"2026-11-24","digest":"500e7631eaedd72cb4798d7601a5ace522bb64961d34e57bb72b9b988b187a09","kind":"contact","retention":"traces","type":"record","v":1}',
        index: 1,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
    ],
    request: '4cf0079584965a3fafb63c222d235d2c6c2a8c3f832845b5a1332e50c3e82d7e',
    v: 1,
  },
};
