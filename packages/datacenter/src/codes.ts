import { raiser, type Raise } from '@vitrine/evidence';

/** What a data center refuses or fails at. */
export const datacenterErrors = {
  'custody.settings': {
    exit: 1,
    meaning: 'The database server could lose what was acknowledged, or does not keep text as UTF-8.',
    remedy:
      'Turn fsync, full_page_writes and synchronous_commit on, and create the database with encoding UTF8.',
  },
  'custody.unreachable': {
    exit: 5,
    meaning: 'The database server does not answer, or refuses the connection.',
    remedy: 'Check that it runs and that the address and the credentials are right; nothing was stored.',
  },
  'custody.busy': {
    exit: 1,
    meaning: 'The database gave up a transaction in favour of another.',
    remedy: 'Try again; nothing was stored.',
  },
  'custody.full': {
    exit: 1,
    meaning: 'The disk of the database server is full.',
    remedy: 'Free space or enlarge the volume; nothing of the refused transaction was stored.',
  },
  'custody.newer': {
    exit: 1,
    meaning: 'The store was written by a newer version of this program.',
    remedy: 'Start the version that wrote it, or a later one.',
  },
  'custody.other-center': {
    exit: 2,
    meaning: 'The store belongs to another data center.',
    remedy: 'Give every data center a store of its own, and check the configuration.',
  },
  'custody.rows': {
    exit: 3,
    meaning: 'Rows of a ledger that its checkpoint covers are missing from the store.',
    remedy: 'Restore the store to a state at least as new as the ledger; never sign a shorter ledger.',
  },
} as const;

export type DatacenterCode = keyof typeof datacenterErrors;
export const fail: Raise<DatacenterCode> = raiser(datacenterErrors);
