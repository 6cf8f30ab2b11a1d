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
      'VlRSMQyuEaIiIGspxDBjX5fgm6p3Nab+U5Jaxv5daGe8kdo58fUaoyO2MPXGhQ7kyi0JMjEv1GGn9A6Bh8vYiAXZIhQdyvDOazw7EcwdPgMLUJdZbzanPSGk5qu5P2+t5KwxACpSHIKCQtL/bIg4M2pssZ8k4l7ysSUiiQEC/l4ovziUi9A1IcNhX20h/XcpDdGrZIVUUduBkKnViJO4FfXl0anV2ycUFPHsU6fO4WmcqaqlAdZiEFO9LuxzaVQcyogD/3GF/jdrpXVffdylH7IOxCvDe1IBSkY3zPP6aqUTMFKcKyWYpJZK8V6zWx4W4/MuAZ3idGZlodKH4vWKWGK6M/jQFKbjB7z9Llyjw1AezBqPpnz8uMIPuGIpfCztTZ6qIqBUGFVLr1KXDVBRceB0ti4a4OwgimMSi/mSPP/MlYEN3L5fMlq4gfap5wdOs8xg6DUOAQzRIo4qqZsKjN9OS2HdCTRnpEqca7/LiyffJyv8orvX2JMJyu35g09DW7+Rgc+a5Yz4c8wT2o7e6V2pK6BZK3lAcC9QGjhqPHX4fPTu11I8FRLPJJe0xSRIk2oku9a2/OHjvpvHnyHptPcMmuq2K2Squc0AW34fP6ywhgHSchRomr52kFAzb/WMbECCyfb6Tyocenh6xG4rBSHj/G47ftm4XqALDZkQ4IT88D1dIiFNmBhSIH4+HtFkfbooEFbft9H0+o06xZwrEL7MIRlWxHTSBgnbL+bLx5UufLYiQfeG+oubS/q/0UEw9r/DfCn87Zi3oXSk5RBklwzIzSvrXgSWgLqdU+QokM92MfhqrMmiQp/vAXts4VH0XxkcO0elQlps53bkQJr1QW7CmgVvb0W825clnH34dMb6YeNyqy5MCrDxW/GeZ+VQoeHrTio0eDTMXn46v+OvJDTI5vj9YdTl3TkXWhUDfUH7AfuVaXJoBoZiHCAqWcPsaLbgHagw4YsYAWtFj95+YHxexA0jQv14K146OvB/1+t9GCPj0nVLaHGtYKkc875whBOx7uGiJB/+Kpe9sTgMAc8dARZqUvjbpOQ8Y3WXxH5MgcRyRHmAvQ1lQ1JKYL1qNq9p5WA9Qf1ahkwLO2QBMKQ+gDhEJW78JNcKeSrTmb1di2qt7P234iKG0IbuBQg5A9vfv/WdyKs0IxD9qNUHwBEAslvPjjQ7RCRj/eL0r4oaKFg5DjjX0A+YaJriPGRMn2qYARCkc9DnTPC9fcRVavVBoEX5j4MZ7elb5sqKshfwvioqt2V3sKM8W+4xp1HxoNJgigl+MVM6mJrF5qxt1TDZpNWCQieDpDksr8Y/2Bpsry0J+/PyBmpn9Hd891AEh1OFnlBE62DdC6aoeD9/M2Eebh+spc7xybNJl5M2yYhAkdhQD4ifyM9kwNB0aJAhMnFw0fQWQcbMeuK2xdbs8rLg0/3t+gsEeY+gainJ97vjdJHECmSLAHVVOIu4rFPvl+sTPg==',
    body: 'AEDDuApsNLACt9fCs8twI895BbcUYH4mw3p6XiLZVTMN6baKc6JHMxCTCda5r4JC10HP8//Vvyu5xODyz6APVxMMeyJhdCI6IjIwMjYtMTEtMjRUMDk6MDA6MDBaIiwiY2VudGVyIjoienVyaWNoIiwiY29uc2VudCI6IjU1MmJiMzNiNjEwYmRhM2FhYTRlZWZkYTY1YmQyZDQwYzFiMTE2MmFjZmM2MTYxNmNmMzdmNjY1MDA1ZjM2OTMiLCJjb3VudHJ5IjoiTEkiLCJpZCI6ImFjNmEyZDBkNDg3MjJiOGVjOGFhYzFjNDQ4ZDMzZWI5Iiwib2JzZXJ2YXRpb25zIjpbeyJvYnNlcnZhdGlvbiI6eyJmYWN0cyI6eyJhcnJpdmVkIjoid2ViIiwiZm9ybWF0IjoicGUiLCJvYmplY3QiOiJjZTlkYzcyMTU2MGQ5NDQyYWU2ZDllZjEyMWRiMTk5Nzc3NjZmNWViYTM0NzRjNDc2M2I3ZTRhNTBjYzM4NWExIiwic2VlbiI6IjIwMjYtMTEtMjQiLCJzaXplIjo0ODEyOH0sImtpbmQiOiJmaWxlLXNlZW4iLCJwZXJzb25hbCI6eyJuYW1lIjoic2V0dXAuZXhlIiwicGF0aCI6IkM6XFxVc2Vyc1xcUHVibGljXFxEb3dubG9hZHMifX0sInNhbHQiOiJSKzM0VE50Q0RlcnJORFBjbkZqSTl1cVM1ZDRIRk14QWxyZTFBeUpETGNFPSJ9LHsib2JzZXJ2YXRpb24iOnsiZmFjdHMiOnsiYWN0aW9uIjoiYmxvY2tlZCIsImRvbWFpbiI6InVwZGF0ZXMuZXhhbXBsZSIsInBvcnQiOjQ0Mywic2VlbiI6IjIwMjYtMTEtMjQifSwia2luZCI6ImNvbnRhY3QiLCJwZXJzb25hbCI6eyJ1cmwiOiJodHRwczovL3VwZGF0ZXMuZXhhbXBsZS9nYXRlIn19LCJzYWx0IjoiRzJkbEVXSm84cWVsT1I2NkpmeURidHlFblFDVzZISGx1NXBGOElrOGUrVT0ifV0sInN1YmplY3QiOnsia2V5IjoiTUNvd0JRWURLMlZ3QXlFQUdsT1lJT2N4SlJMTVNCR1F2ejhKSzkreGZUMUxmSC9pbVhwTHVwN3U2MEU9Iiwic2VhbGluZyI6IkdnQ1RXMy9iOG9DWWJKS3FGZE4rMXRrYS9NaGNPRS9qbWJuOTUzd20zWDA9In0sInYiOjF9',
  },
  'custody-entry': {
    country: 'LI',
    day: '2026-11-24',
    digest: 'c0ac2c14ae684ba7b7fd988f862fd398ea4ed7df508486e77a67d48ecec8fd21',
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
        ciphertext: 'ef2f1b571db6a2848e1842f1f3b51b7760c78c0276b5c6b6164ebb2089b9d6ca',
        leaf: '5eabdb03868fafd4d2c98c5476171d29d5c3e9ef733e26bb4db5a6df598c407e',
      },
      {
        ciphertext: '035a95b76f490e965ae9a0a5fdd5c1631f057577cbf73884f20fd1f657c664b3',
        leaf: 'ab3f829905e6199897af79b7d90bec1479a0bd54e147d0cb397b994c4baa1bf6',
      },
    ],
    report: 'ac6a2d0d48722b8ec8aac1c448d33eb9',
    v: 1,
  },
  'custody-receipt': {
    checkpoint:
      'zurich.example/custody\n2\n4r+6JXLA13MY84Gco/rCV0ksNQNS7FT0n25PDm9bRfk=\n\n— zurich.example/custody LFd7O32bR150An1xGSe7vjGilYrpDed4o9XmX8Xg/Pvzvy39cC8B6J1YtCO1j3/fY/AXv1fFK8mqlwK+zLyBKBhJSgQ=\n— witness.example nYxp2wAAAABrBVJMTvnMwIntnZ1g3UaVPazkkl0tZ8rU9995ktz3UXT8DXbDUWChQRyQc6NC5qme3OjyxolLhFq4XoaaSG940d4sCw==\n',
    index: 0,
    path: ['qz+CmQXmGZiXr3m32QvsFHmgvVThR9DLOXuZTEuqG/Y='],
    promise: {
      payload:
        'eyJhdCI6IjIwMjYtMTEtMjRUMDk6MDA6MDBaIiwiY2VudGVyIjoienVyaWNoIiwiZGF5IjoiMjAyNi0xMS0yNCIsImRlYWRsaW5lIjoiMjAyNi0xMS0yNFQwOToxMDowMFoiLCJsZWRnZXIiOiJ6dXJpY2guZXhhbXBsZS9jdXN0b2R5IiwicmVjb3JkcyI6W3siY2lwaGVydGV4dCI6ImVmMmYxYjU3MWRiNmEyODQ4ZTE4NDJmMWYzYjUxYjc3NjBjNzhjMDI3NmI1YzZiNjE2NGViYjIwODliOWQ2Y2EiLCJsZWFmIjoiNWVhYmRiMDM4NjhmYWZkNGQyYzk4YzU0NzYxNzFkMjlkNWMzZTllZjczM2UyNmJiNGRiNWE2ZGY1OThjNDA3ZSJ9LHsiY2lwaGVydGV4dCI6IjAzNWE5NWI3NmY0OTBlOTY1YWU5YTBhNWZkZDVjMTYzMWYwNTc1NzdjYmY3Mzg4NGYyMGZkMWY2NTdjNjY0YjMiLCJsZWFmIjoiYWIzZjgyOTkwNWU2MTk5ODk3YWY3OWI3ZDkwYmVjMTQ3OWEwYmQ1NGUxNDdkMGNiMzk3Yjk5NGM0YmFhMWJmNiJ9XSwicmVwb3J0IjoiYWM2YTJkMGQ0ODcyMmI4ZWM4YWFjMWM0NDhkMzNlYjkiLCJ2IjoxfQ==',
      payloadType: 'application/vnd.vitrine.promise+json',
      signatures: [
        {
          keyid: '7e3db971e8b92fe1b400acc39a2899b088428378e53d14432aff2e381b873811',
          sig: '+AZC2/ofMy/Cv7fdwRDPZnzyl91oh8Aq3/cZtX+GZHQb1qxs7XlepeJm9e0xLQxKbYY9dUh5B5cf6yz6NATZAg==',
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
  'access-request': {
    at: '2026-11-24T10:00:00Z',
    center: 'zurich',
    id: '1c20a5662619d16aa14d0dd266aa6ca9',
    keys: [
      {
        check: 'de3ec8493ff6a411de6331c7afe64bf20b59865c0a1d4b0e9263a338306eca9e',
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
        need: 1,
        shares: [
          {
            sealed:
              'l8BKHr2fBSoUPAqOBWtRECXvNi3X/pIT5QXndgMT4XztLI/GK+/24hPqhZNO/E9dB5GKb2r6WiO5wKqRdgW32uzu6WslD8Qp92jiVmfh7hI=',
            supervisor: 'supervisor',
          },
        ],
        subject:
          'fI45LaNDU8E6+iwkULV6ALijWmGcUkcG20nwGZeTJGIqVXMAciLFjtyoXgYAg8imTxmjsOBbqi8e3gg6FZSk6yCjvk9ecwyaRRM5/aiFnyQ=',
        v: 1,
      },
    ],
    ledger: 'zurich.example/custody',
    records: [
      {
        index: 0,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
    ],
    replyTo: 'AENJuHsXzMWIdjBzWAu4rbVr1buKKv1Deas0AEc/wmI=',
    until: '2026-11-24T14:00:00Z',
    v: 1,
    who: 'Analyst of the day',
    why: 'A new family of loaders: the path tells how it arrives.',
  },
  'access-grant-body': {
    at: '2026-11-24T10:01:40Z',
    center: 'zurich',
    format: 'urn:vitrine:access-grant-body:v1',
    ledger: 'zurich.example/custody',
    records: [
      {
        index: 0,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
    ],
    request: '20bc9143bf67dfefc427f9967a1420996f92f03a3301d704a34bf1e77b1957b2',
    supervisor: 'supervisor',
    until: '2026-11-24T14:00:00Z',
    who: 'Analyst of the day',
    why: 'A new family of loaders: the path tells how it arrives.',
  },
  'sealed-halves': {
    check: 'de3ec8493ff6a411de6331c7afe64bf20b59865c0a1d4b0e9263a338306eca9e',
    key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
    need: 1,
    shares: [
      {
        sealed:
          'l8BKHr2fBSoUPAqOBWtRECXvNi3X/pIT5QXndgMT4XztLI/GK+/24hPqhZNO/E9dB5GKb2r6WiO5wKqRdgW32uzu6WslD8Qp92jiVmfh7hI=',
        supervisor: 'supervisor',
      },
    ],
    subject:
      'fI45LaNDU8E6+iwkULV6ALijWmGcUkcG20nwGZeTJGIqVXMAciLFjtyoXgYAg8imTxmjsOBbqi8e3gg6FZSk6yCjvk9ecwyaRRM5/aiFnyQ=',
    v: 1,
  },
  'subject-request': {
    act: 'erase',
    at: '2026-11-26T09:00:00Z',
    center: 'zurich',
    id: '48d34f93856396285b02198d4ada41c6',
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
        runs: [
          {
            count: 2,
            first: 0,
          },
        ],
        salt: 'aBVt8Y59bvGQZDC+tNiAKX/FJKjiy6oyITVWNYgzVVE=',
      },
    ],
    finalAt: '2026-12-26T00:00:00Z',
    ledger: 'zurich.example/custody',
    records: 2,
    request: '385800b377bfe31da3fcc48bf0afae7950a4508f65bbbe186c52253470274505',
    v: 1,
  },
  'export-page': {
    center: 'zurich',
    keys: [
      {
        check: 'de3ec8493ff6a411de6331c7afe64bf20b59865c0a1d4b0e9263a338306eca9e',
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
        need: 1,
        shares: [
          {
            sealed:
              'l8BKHr2fBSoUPAqOBWtRECXvNi3X/pIT5QXndgMT4XztLI/GK+/24hPqhZNO/E9dB5GKb2r6WiO5wKqRdgW32uzu6WslD8Qp92jiVmfh7hI=',
            supervisor: 'supervisor',
          },
        ],
        subject:
          'fI45LaNDU8E6+iwkULV6ALijWmGcUkcG20nwGZeTJGIqVXMAciLFjtyoXgYAg8imTxmjsOBbqi8e3gg6FZSk6yCjvk9ecwyaRRM5/aiFnyQ=',
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
          'QVQ+UdmpfvwkinYCTQ2c5t4mQoj6L8D7T0k0zoXd28xWT/IxzJm98dOJ/5ubPT6J/89FOmc19GRvP1ln36z/prQ1BvQUkBqmk6w6TbyV4jg0P5jfgjcCDfcVj4iqV4mW6I7yYIJiH/15L32jk8HcBOZITuyvEAmH2Xiwk+iVuNP7kz0P4CnVLPXSUM/DeFlyUNd8KAVeHJf5EmMhbazw/pPxlTMmHd0HqZaF/fjz4srn90tm03DzCeJRVO1vRCfYAgir07xsU7ZT1OzLfLMMd/nLBoVgQg/2E7u6mB4a63JArtvUU5q3DKpsPJ6GvdFEO/ICBT+tE2XUZBC5dw77mdyCC1Db3u8OsZFtHTt3IdSkXvuAW9jq6/Sns6NSYLT0icAS3O6EghxR6mE=',
        entry:
          '{"country":"LI","day":"2026-11-24","digest":"c0ac2c14ae684ba7b7fd988f862fd398ea4ed7df508486e77a67d48ecec8fd21","kind":"file-seen","retention":"facts","type":"record","v":1}',
        index: 0,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
      {
        ciphertext:
          '0qTFDATBvFBUiPb2z/4R42Er40kAdVF/oxni6mQuJ3aQr0dJR4jSuco8slErfhpVnkfXphdKAaha7QvvCtv5lR36v2fhLW610GbN6LRfm94MVZvqS+OMwAExWkres4zd4JiVRhuO7g6TpBjH6UpNmtmGCxIbvP6v+g0lDPWdUZk37/77hCqvA0xLgzYMe+5jsDGyndFRTyKvYHvuXXNAW2TK4nCzBU8Q5/twmCzjRNUzNyC7Q92NyNMesvPegkBXDbyUr8lBdRLmxSDLMv6cFGO5te4OndI=',
        entry:
          '{"country":"LI","day":"2026-11-24","digest":"5e6358c68f4b50328a0b6eef0133c5bb3f00c4a8fa0261c88aa6c23f7804729e","kind":"contact","retention":"traces","type":"record","v":1}',
        index: 1,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
    ],
    request: '96f393ffdba993ff82a92b72088d86245baeab6010a23b80b35db1f7053b6c67',
    v: 1,
  },
};
