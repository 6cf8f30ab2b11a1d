// Everything that a supervisor raises by itself: a closed list. A code never changes its meaning and is
// never used twice (docs/spec/finding-codes.md). The code is part of the sealed body; the severity is open.

import type { finding } from '@vitrine/evidence';

export type Severity = ReturnType<(typeof finding)['schema']['check']>['severity'];

interface FindingEntry {
  readonly severity: Severity;
  /** One sentence: what was seen. */
  readonly meaning: string;
}

export type FindingCode =
  | 'blob-not-served'
  | 'rebuild-differs'
  | 'role-unpublished'
  | 'role-replaced'
  | 'publication-active'
  | 'publication-cover'
  | 'publication-order'
  | 'publication-time'
  | 'publication-roles'
  | 'snapshot-back'
  | 'log-fork'
  | 'log-rollback'
  | 'log-forged'
  | 'statement-missing'
  | 'custody-root-differs'
  | 'custody-root-fork'
  | 'custody-root-unserved'
  | 'custody-root-silent'
  | 'custody-root-stray';

export const findingCodes: Readonly<Record<FindingCode, FindingEntry>> = {
  'blob-not-served': {
    severity: 'major',
    meaning: 'What a statement names is not served in sound bytes (D12).',
  },
  'rebuild-differs': {
    severity: 'critical',
    meaning: 'The order gave other bytes here than the provenance says (D14).',
  },
  'role-unpublished': {
    severity: 'major',
    meaning: 'A role version that was co-signed is in no publication after an hour (D15).',
  },
  'role-replaced': {
    severity: 'critical',
    meaning: 'A publication brought other bytes under a role version that was co-signed (D15).',
  },
  'publication-active': {
    severity: 'critical',
    meaning: 'A publication leaves out a hold or withdrawal that is in force, or invents one (D2).',
  },
  'publication-cover': {
    severity: 'major',
    meaning: 'A publication speaks of entries that come after it, or does not cover the one before (D1).',
  },
  'publication-order': {
    severity: 'critical',
    meaning: 'A publication does not follow the one before it: two sequences are interleaved (D3).',
  },
  'publication-time': {
    severity: 'major',
    meaning: 'A publication was issued outside the witness times around its entry (D3).',
  },
  'publication-roles': {
    severity: 'critical',
    meaning:
      'A publication names other roles than the snapshot it announces (D1), or files that lack their signatures.',
  },
  'snapshot-back': {
    severity: 'critical',
    meaning: 'A publication announces an older snapshot, or another one of the same version (D3).',
  },
  'log-fork': {
    severity: 'critical',
    meaning: 'The log signed two trees that cannot both be its history.',
  },
  'log-rollback': {
    severity: 'major',
    meaning: 'The log has shown nothing but an older checkpoint for ten minutes.',
  },
  'log-forged': {
    severity: 'major',
    meaning: 'The log holds an entry under a key of the policy that this key did not sign.',
  },
  'statement-missing': {
    severity: 'major',
    meaning: 'A statement of a supervisor is missing from the log after ten minutes (D8).',
  },
  'custody-root-differs': {
    severity: 'critical',
    meaning: "The root of a data center's ledger that was logged is not the one that its tiles give (D17).",
  },
  'custody-root-fork': {
    severity: 'critical',
    meaning: 'A ledger of a data center signed two trees that cannot both be its history.',
  },
  'custody-root-unserved': {
    severity: 'major',
    meaning: 'A ledger of a data center has not shown what was logged of it for ten minutes.',
  },
  'custody-root-silent': {
    severity: 'major',
    meaning:
      'A ledger of a data center has grown for a day, or not been served, without a root of it in the log.',
  },
  'custody-root-stray': {
    severity: 'major',
    meaning: 'A data center logged a root of a ledger that no accepted residency policy has for it (D17).',
  },
};
