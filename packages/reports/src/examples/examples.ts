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
      'VlRSMQyuEaIiIGspxDBjX5fgm6p3Nab+U5Jaxv5daGe8kdo5gNuaHneggiyWZAqK2Ol1zi+nqaRkmPDgHOh8ybX2WiVGaYgAZdsAnmzWDdgU/1CqA9GmvoCu4DvAfUqiSVueoe3uP9K1xu435BKf1uandfYqx/tx2yvuO+sYeEDxh3ug+UrbgNmYv11gRNr/K1JnA17xtCTvXI7i9FvAEWBp6jNfaxyGVzRCQqp0WLhV7r/OpZGbRdKsRsEEOASjideukpzYvK3b6jwRszAEDKpQ4PxyRcYuh1bIWYcV1Rvh1CU06kITBwnF/iz6TlQEl5JzBwEEd/YGW149VpKsjGeM8ZU5foGRZqN9wJ/fDjn+3/dRN8NZvek/iWEDcT+TVQw+Akys3veEGgj7nGa/hREbkK71ofIdyUtxj41VF3V9Bk6n5aI6Xb/FTcmapLi3RIXNLweK2y9JzlKXWKedITaPM4pXYdt0rNX8zmArSVqHQgm/31U1AdPwGg3nfv6lgMdeFS5R0C4mE03ar/RgTzQM6r4au9eaeGBjHpDC4Sf61gurUtfgRgZG2AtwdsLhGHmDbs5CydnYaFtuVNPMuzZROmTG2wQtkNcp/lDJ1KLw87zH8LKZaU5EPHUryh0DWyxxgG0p2YV9gNtUR/qLTR2IIHI3j5q7IHXVGgkbHTvWXva47qHXAQweOuexyNClE0fP20FJ1ZBpF41fBGddQJ7sEIW6N15WGOK+DDy6OcY/Ed/b9zvHMcO0F6CMZC2rsuL0mhRVcUZpbetMRSq6cZzMaEFV5+x+itl7I1RuKG55jHDF/wsGZBxe5BNPA0txbl1x3KRLJ9sxoxm91LP2kRN5idxtM3zZNigx5Zqng9vY7MbHnQeK6w3D9hl3re/cLbW4CfsVZU/1Wn/aooQ2Pioc1Pwtvnl8+EN8YrcgPiXGx09tY3R9O0g73bmb/Npbip/QtsvgINVM+S7S1APpy9OJGkWM1NcNX4hlAqKGLYOLsVeE18E/M57NxbWWCFFhU27+v9fGpqA+o7LciGMhxyAx+1eKBQZ0Cd8EppvnogO8Z0Q+Qp1XoUPzJ4JddF8JPwfyGdsu8yb9dUEigcYyUojp8D5T9y3Ei1RBJa1TPPZ3ANg/wAtaP3K9PHwrUxOZbIdhdxFhqPFt3fB1UG5amQL2lfJmeApV3fYklQ/Xsb3u1e2getAGVMlnOLRH7NtogRgyFl7zESTXBuQ0qCfdcNMCkOMe05mNPiwT8SK72/IQN7TKi0C/SISVQu7f3p8GPTwa6OvmCZ8gko48kp25L2c9NWqduFz4NJCxj+5a/y145VIefLdowKeMmhhMLEljlqAo/YEPGi2wVZTsIauso2hT/lOhjsvjmRLn2aMoE16Ndygex4kjUMsHBZmnwQ8GI/WluY52HMCw2RXfnFxW3Ivu+qir9Tso5mJlVbKuMAQfEEr2FU1X0virT+t4bhWsy058Qw==',
    body: 'AEDDuApsNLACt9fCs8twI895BbcUYH4mw3p6XiLZVTMN6baKc6JHMxCTCda5r4JC10HP8//Vvyu5xODyz6APVxMMeyJhdCI6IjIwMjYtMTEtMjRUMDk6MDA6MDBaIiwiY2VudGVyIjoienVyaWNoIiwiY29uc2VudCI6IjU1MmJiMzNiNjEwYmRhM2FhYTRlZWZkYTY1YmQyZDQwYzFiMTE2MmFjZmM2MTYxNmNmMzdmNjY1MDA1ZjM2OTMiLCJjb3VudHJ5IjoiTEkiLCJpZCI6ImFjNmEyZDBkNDg3MjJiOGVjOGFhYzFjNDQ4ZDMzZWI5Iiwib2JzZXJ2YXRpb25zIjpbeyJvYnNlcnZhdGlvbiI6eyJmYWN0cyI6eyJhcnJpdmVkIjoid2ViIiwiZm9ybWF0IjoicGUiLCJvYmplY3QiOiJjZTlkYzcyMTU2MGQ5NDQyYWU2ZDllZjEyMWRiMTk5Nzc3NjZmNWViYTM0NzRjNDc2M2I3ZTRhNTBjYzM4NWExIiwic2VlbiI6IjIwMjYtMTEtMjQiLCJzaXplIjo0ODEyOH0sImtpbmQiOiJmaWxlLXNlZW4iLCJwZXJzb25hbCI6eyJuYW1lIjoic2V0dXAuZXhlIiwicGF0aCI6IkM6XFxVc2Vyc1xcUHVibGljXFxEb3dubG9hZHMifX0sInNhbHQiOiJSKzM0VE50Q0RlcnJORFBjbkZqSTl1cVM1ZDRIRk14QWxyZTFBeUpETGNFPSJ9LHsib2JzZXJ2YXRpb24iOnsiZmFjdHMiOnsiYWN0aW9uIjoiYmxvY2tlZCIsImRvbWFpbiI6InVwZGF0ZXMuZXhhbXBsZSIsInBvcnQiOjQ0Mywic2VlbiI6IjIwMjYtMTEtMjQifSwia2luZCI6ImNvbnRhY3QiLCJwZXJzb25hbCI6eyJ1cmwiOiJodHRwczovL3VwZGF0ZXMuZXhhbXBsZS9nYXRlIn19LCJzYWx0IjoiRzJkbEVXSm84cWVsT1I2NkpmeURidHlFblFDVzZISGx1NXBGOElrOGUrVT0ifV0sInN1YmplY3QiOnsia2V5IjoiTUNvd0JRWURLMlZ3QXlFQUdsT1lJT2N4SlJMTVNCR1F2ejhKSzkreGZUMUxmSC9pbVhwTHVwN3U2MEU9Iiwic2VhbGluZyI6IkdnQ1RXMy9iOG9DWWJKS3FGZE4rMXRrYS9NaGNPRS9qbWJuOTUzd20zWDA9In0sInYiOjF9',
  },
  'custody-entry': {
    country: 'LI',
    day: '2026-11-24',
    digest: '862d42112204aefa0b9305f9c0279df10a685ad12a6d5d33ad85dbedea05efde',
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
        ciphertext: 'f5f6123850c2abb8dc9d5315d5e36be14fe072d17b8e8b14764e2db77e633230',
        leaf: 'd7759e9d4aa4fb9a818a6d8ee183003fdf67002a664158cfdcabf25784584853',
      },
      {
        ciphertext: 'f5a4b21fda0e378e1ec99f5bd054f54ddb5bf72e3cf5a273d9908039548c4bd9',
        leaf: 'dd18129b0d71723db571b24aa20a86071c58ddfa0d20b71534f19fade6892fe7',
      },
    ],
    report: 'ac6a2d0d48722b8ec8aac1c448d33eb9',
    v: 1,
  },
  'custody-receipt': {
    checkpoint:
      'zurich.example/custody\n2\nUNaSigCTjR8QwxnPf2gjbxNcFjvkdCLLMzj3AVZBE7Y=\n\n— zurich.example/custody LFd7O3kSPuwP7/gnqi4UrTRZcedhHOTcOqRTrmECAguPbUyIWDRdiHHnXJ8Jtc4UvJ8oOXPISSetltPqXhY5Xi0kUQQ=\n— witness.example nYxp2wAAAABrBVJMhKm2pjOeNBcwreR0wAh10kPchxmN/spj4qgmENZjJ+Q1wD7z+dIJUHiZLXsNg4/OW+/52RUbPUq+1Stxr530CA==\n',
    index: 0,
    path: ['3RgSmw1xcj21cbJKogqGBxxY3foNILcVNPGfreaJL+c='],
    promise: {
      payload:
        'eyJhdCI6IjIwMjYtMTEtMjRUMDk6MDA6MDBaIiwiY2VudGVyIjoienVyaWNoIiwiZGF5IjoiMjAyNi0xMS0yNCIsImRlYWRsaW5lIjoiMjAyNi0xMS0yNFQwOToxMDowMFoiLCJsZWRnZXIiOiJ6dXJpY2guZXhhbXBsZS9jdXN0b2R5IiwicmVjb3JkcyI6W3siY2lwaGVydGV4dCI6ImY1ZjYxMjM4NTBjMmFiYjhkYzlkNTMxNWQ1ZTM2YmUxNGZlMDcyZDE3YjhlOGIxNDc2NGUyZGI3N2U2MzMyMzAiLCJsZWFmIjoiZDc3NTllOWQ0YWE0ZmI5YTgxOGE2ZDhlZTE4MzAwM2ZkZjY3MDAyYTY2NDE1OGNmZGNhYmYyNTc4NDU4NDg1MyJ9LHsiY2lwaGVydGV4dCI6ImY1YTRiMjFmZGEwZTM3OGUxZWM5OWY1YmQwNTRmNTRkZGI1YmY3MmUzY2Y1YTI3M2Q5OTA4MDM5NTQ4YzRiZDkiLCJsZWFmIjoiZGQxODEyOWIwZDcxNzIzZGI1NzFiMjRhYTIwYTg2MDcxYzU4ZGRmYTBkMjBiNzE1MzRmMTlmYWRlNjg5MmZlNyJ9XSwicmVwb3J0IjoiYWM2YTJkMGQ0ODcyMmI4ZWM4YWFjMWM0NDhkMzNlYjkiLCJ2IjoxfQ==',
      payloadType: 'application/vnd.vitrine.promise+json',
      signatures: [
        {
          keyid: '7e3db971e8b92fe1b400acc39a2899b088428378e53d14432aff2e381b873811',
          sig: 'fWDYgQSfvwhO8vQmaBGLmfInPCyVBmOh44IO4E2f/C6nWrZ+ku4le3Z2t243gMhwc6LaxUYXDx7rRGELbRjACQ==',
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
    check: '149d2bfb29aedc668e683908e9acc21c292f58afecd906bd7e979b01abe7fc31',
    key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
    need: 1,
    shares: [
      {
        sealed:
          'BNlT1JjwFORhXTVIXr9TNTflJ/y9nsjpmBXJrb8cZ1bsmtT5p0AGl0355IxA2cZMRLZY80Ne79Fx6axRy5c2ZsQJQTA9b+J0pD3LxfZWN30=',
        supervisor: 'supervisor',
      },
    ],
    subject:
      'IHzDeB9gDVsXQ2kMzZZhNjPsk/P64XT8n26p9KlN7WE2/Xw4MKQfOQx+1DnV1CT2Y/nEUFqB4JRT+EqvtRDH1vrO9C8ltDT7W605roAvzwc=',
    v: 1,
  },
  'subject-request': {
    act: 'erase',
    at: '2026-11-26T09:00:00Z',
    center: 'zurich',
    id: '7d49f0d50c2511b063e813f556dfd487',
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
    request: '048e72171717260e48e74e973162a12311c56435ec3c9cef60088f1d1a5282b4',
    v: 1,
  },
  'export-page': {
    center: 'zurich',
    keys: [
      {
        check: '149d2bfb29aedc668e683908e9acc21c292f58afecd906bd7e979b01abe7fc31',
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
        need: 1,
        shares: [
          {
            sealed:
              'BNlT1JjwFORhXTVIXr9TNTflJ/y9nsjpmBXJrb8cZ1bsmtT5p0AGl0355IxA2cZMRLZY80Ne79Fx6axRy5c2ZsQJQTA9b+J0pD3LxfZWN30=',
            supervisor: 'supervisor',
          },
        ],
        subject:
          'IHzDeB9gDVsXQ2kMzZZhNjPsk/P64XT8n26p9KlN7WE2/Xw4MKQfOQx+1DnV1CT2Y/nEUFqB4JRT+EqvtRDH1vrO9C8ltDT7W605roAvzwc=',
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
          'L54p2lQstIwvT5B0Tgg4DidzJTA45jDxp4Xz9udQ1oWhFjOUfs+dGq7m10MM+o6VGqflxSlFY1GEDjnUleQkuuPvzvg8kQMbN44oBTZR5Hw6vF6qjjtx19GLPpmiVbXBGgNuw7dmzaQxEuPsUctsXd9p1rYbql645SgrL7g9lAnkvffAlQApFSWGZnlr13RL6ktnhg+ltFhvMsxYdd/YY4flv7ZKQScw2MZ4zvWku7VD1fkphtrlYiXRRbaGG/5k66MZN06hVB7qAQ8dmEbTyPh5B7d/pgTdJjD5swUuOkrz3HQGfKg0gPXmEqjM3bgcKjrpROlDl5JdUbZWzDUiSzpd4Bwso0tUGzlTF+Xr2l+bJEK3CVLxIg0RJD6m8kw0+LqjPoNoWNqq2FQ=',
        entry:
          '{"country":"LI","day":"2026-11-24","digest":"862d42112204aefa0b9305f9c0279df10a685ad12a6d5d33ad85dbedea05efde","kind":"file-seen","retention":"facts","type":"record","v":1}',
        index: 0,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
      {
        ciphertext:
          'gjyKgDScbGaL6zaYmwmgaAhhF+z9IU1Fw+xxKERs1gBI1PDAjtfXbutkil97EM1suzUOL+NsjZ7TxMEsh9L1Bcyvjv3eTFdqbOIfox7bq4BTw6GWilE+IUm9rmO7GPrdyiOQZJ7C9Oy87/7yscskzSvrxkB1uUcKoDn6ztvIlXcj8ijJ1UGeZZbH4PPtl36Bg4qoOPTe7q7/0sfmlapjfXbSZTxv8WMohjjybOVd69uXiSwKBpuPzAY6b+yUzfx7uPkXIr4wsLsTO6Pi3yIXULE5+hwKp4c=',
        entry:
          '{"country":"LI","day":"2026-11-24","digest":"58cb6199c425ce5adfa80fd700ad64e7b7b68b96c3d366ae8e615c73702a6b04","kind":"contact","retention":"traces","type":"record","v":1}',
        index: 1,
        key: 'c4173ae7bc31f6f2d3b298baaa11697110e7ab45127c2b35dd0dbaacd3855c52',
      },
    ],
    request: 'c6c73516f9b6e07d6a85beb72c58edd52ad6b1f47b1bad67f412e200f40698e0',
    v: 1,
  },
};
