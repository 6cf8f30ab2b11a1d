import { raiser, type Raise } from '@vitrine/evidence';

/** Why source that the log names cannot be shown. */
export const centerSourceErrors = {
  'source.store-missing': {
    exit: 5,
    meaning: 'The source store does not hold an object that the log names.',
    remedy: 'Tell the vendor: what was opened to audit is not served. Supervisors may hold a copy.',
  },
  'source.store-lies': {
    exit: 3,
    meaning: 'The source store holds other bytes than the log names.',
    remedy: 'Do not read on; tell the vendor and a supervisor which digest it was.',
  },
  'source.too-large': {
    exit: 1,
    meaning: 'A file is larger than can be shown.',
    remedy: 'Download the file and read it with a program of your own.',
  },
  'source.git': {
    exit: 1,
    meaning: "The vendor's git repository did not give an answer.",
    remedy: 'Try again; what the log proves is not touched by it.',
  },
  'source.worker': {
    exit: 1,
    meaning: 'Highlighting or comparing a file took too long.',
    remedy: 'Read the plain text, or download both files and compare them yourself.',
  },
} as const;

export type SourceCode = keyof typeof centerSourceErrors;

export const fail: Raise<SourceCode> = raiser(centerSourceErrors);
