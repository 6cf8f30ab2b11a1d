// Every sentence about who may read what.

export const access = {
  title: 'Who may read what',
  lead: 'Source is closed unless this table opens it. The table is shown to everybody, and its digest is in the log.',
  agreement: {
    same: ['The table in force is the one last logged', 'Entry'],
    differs: [
      'The table in force is NOT the one last logged',
      'Somebody changed who may read what, and the log does not say so. Until it does, treat what this page says about access as a claim of this server alone.',
    ],
    'never-logged': [
      'The table in force was never logged',
      'It binds this server alone: the log does not say yet who may read what.',
    ],
    'no-table': ['There is no access table', 'All source is closed.'],
  } as const,
  trouble: 'The table cannot be read, so all source is closed until it is mended.',
  digest: 'SHA-256 of the table',
  size: 'Size',
  bytes: (count: number): string => `${count.toLocaleString('en')} bytes`,
  download: 'The table as a file',
  mine: {
    title: 'Open to you now',
    none: 'The table names no product.',
    caption: 'What you may read, by product',
    product: 'Product',
    tier: 'You see',
    tiers: {
      none: 'nothing',
      overview: 'the overview: recipe, materials and numbers, no file',
      critical: 'the overview, and some files',
      everything: 'every file',
    },
  },
  grants: {
    title: 'What is open to whom',
    caption: 'Grants: they only add up, and none takes anything away',
    none: 'No grant: nobody sees any source.',
    columns: { who: 'Who', what: 'May read', product: 'Of', when: 'When', state: 'Now' },
    who: {
      anyone: 'everybody',
      'signed-in': 'every account',
      group: 'the group',
    },
    tiers: {
      overview: 'the overview: recipe, materials and numbers, no file',
      critical: 'the critical files',
      everything: 'every file',
    },
    only: 'only',
    always: 'always',
    from: 'from',
    until: 'until',
    states: { open: 'open', ended: 'ended', later: 'not yet' },
  },
  critical: {
    title: 'Critical files',
    lead: 'What “the critical files” of a product are. * stands for a part of one name, ** for any folders.',
    product: 'Product',
    patterns: 'Files',
    caption: 'Patterns by product',
    none: 'No product names critical files.',
  },
  logged: {
    title: 'Tables in the log',
    caption: 'Newest first',
    none: 'None yet.',
    columns: { index: 'Entry', digest: 'SHA-256', size: 'Bytes', issued: 'Logged by the vendor at' },
  },
  check: 'Check it yourself: download the table and compare its SHA-256 with the newest entry of the log.',
} as const;
