import { raiser, type Raise } from '@vitrine/evidence';

/** What a data center refuses or fails at. */
export const datacenterErrors = {
  'custody.settings': {
    exit: 1,
    meaning:
      'The database server could lose what was acknowledged, does not keep text as UTF-8, or isolates transactions otherwise than "read committed".',
    remedy:
      'Turn fsync, full_page_writes and synchronous_commit on, leave default_transaction_isolation at "read committed", and create the database with encoding UTF8.',
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
  'custody.journal': {
    exit: 1,
    meaning:
      'What was erased still stands in the journal of the database, because another process is reading it.',
    remedy:
      'End whatever else has the database open; the erasure is done, and is confirmed when it is asked again.',
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
  'custody.taken-over': {
    exit: 1,
    meaning: 'Another process has taken over the store of this data center; nothing more is written here.',
    remedy: 'Stop one of the two: a data center runs once. Start this one again to take the store back.',
  },
  'custody.rows': {
    exit: 3,
    meaning: 'Rows of a ledger that its checkpoint covers are missing from the store.',
    remedy: 'Restore the store to a state at least as new as the ledger; never sign a shorter ledger.',
  },
  'custody.master': {
    exit: 3,
    meaning: 'A half of a record key does not open with the master key of this data center.',
    remedy: 'Check that the master key belongs to this store; if it does, the store was altered.',
  },
  'custody.half-size': {
    exit: 2,
    meaning: 'A master key is not 32 bytes.',
    remedy: 'Give the key file that was made for this data center.',
  },
  'intake.sealing-key': {
    exit: 5,
    meaning: 'A message is sealed to a key that this data center does not have, or no longer opens.',
    remedy: 'Fetch the residency policy and the current sealing key, and seal again.',
  },
  'intake.replay': {
    exit: 3,
    meaning: 'A report with this identifier was taken before.',
    remedy: 'Keep the promise that was given for it; a new report needs a new identifier.',
  },
  'intake.content': {
    exit: 3,
    meaning: 'A sealed message is of a type that is not taken here.',
    remedy: 'Send reports, requests and consent to the addresses that the specification names.',
  },
  'intake.consent': {
    exit: 3,
    meaning: 'A report comes from a subject whose consent this data center does not have.',
    remedy: 'Send the consent receipt first and wait for the countersigned one.',
  },
  'intake.path': {
    exit: 2,
    meaning: 'The data center serves nothing at this address, or not by this method, or not to this client.',
    remedy: 'Compare the address with the specification of the intake.',
  },
  'intake.failed': {
    exit: 1,
    meaning: 'The data center failed in a way that it did not foresee; nothing was acknowledged.',
    remedy: 'Try again later; the operator finds the cause in the log of the process.',
  },
  'intake.rate': {
    exit: 1,
    meaning: 'More messages come from one network address than are taken.',
    remedy: 'Wait as long as Retry-After says; the queue of the endpoint keeps what was not sent.',
  },
  'intake.overloaded': {
    exit: 1,
    meaning: 'The data center has as many messages in hand as it can hold.',
    remedy: 'Try again later; the queue of the endpoint keeps what was not sent.',
  },
  'intake.closed': {
    exit: 1,
    meaning: 'The data center is being stopped.',
    remedy: 'Try again later; the queue of the endpoint keeps what was not sent.',
  },
  'retention.proof': {
    exit: 3,
    meaning: 'The proof of retention does not hold: something was deleted too early, or is kept too long.',
    remedy: 'Run "vitrine datacenter retention" again; if it stays, look into the entry named.',
  },
  'backup.form': {
    exit: 3,
    meaning: 'A backup, or the copy of the keys, is cut short or damaged.',
    remedy: 'Use an older backup with the current copy of the keys; nothing was written.',
  },
  'backup.not-empty': {
    exit: 2,
    meaning: 'A backup was to be restored into a store that holds something.',
    remedy: 'Restore into a new store, then start the data center on it.',
  },
  'grant.outside': {
    exit: 4,
    meaning: 'A record was to be read that the grant does not name.',
    remedy: 'Request access to this record; supervisors decide on every one.',
  },
  'grant.over': {
    exit: 4,
    meaning: 'A record was to be read after its grant had ended.',
    remedy: 'Request access again.',
  },
  'grant.gone': {
    exit: 1,
    meaning: 'A record was to be read that is erased or expired.',
    remedy: 'Nothing is left of it but its leaf in the ledger.',
  },
  'grant.restricted': {
    exit: 4,
    meaning: 'A record was to be read that its subject restricted.',
    remedy: 'Ask its subject; only it can lift the restriction.',
  },
} as const;

export type DatacenterCode = keyof typeof datacenterErrors;
export const fail: Raise<DatacenterCode> = raiser(datacenterErrors);
