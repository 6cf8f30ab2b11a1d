// What the verifier itself refuses; what it says about evidence are evidence's own codes.

import { raiser, type Raise } from '@vitrine/evidence';

export const verifierErrors = {
  'verifier.usage': {
    exit: 2,
    meaning: 'The command line is not understood.',
    remedy: 'Run the verifier with --help.',
  },
  'verifier.missing': {
    exit: 1,
    meaning: 'There is no file of the name given.',
    remedy: 'Check the path.',
  },
  'verifier.unreadable': {
    exit: 1,
    meaning: 'A file cannot be read.',
    remedy: 'Check that it is a regular file and that you may read it.',
  },
  'verifier.too-large': {
    exit: 1,
    meaning: 'A file is larger than the page can hash in memory.',
    remedy: 'Use the command line, which reads files of any size.',
  },
  'verifier.ambiguous': {
    exit: 2,
    meaning: 'Several files could be the same part of the question.',
    remedy: 'Choose each file in its own row.',
  },
  'verifier.state': {
    exit: 1,
    meaning: 'The remembered state is damaged or is no such file.',
    remedy: 'Give the "state" member of an earlier answer, unchanged, or leave it out.',
  },
  'verifier.consistency': {
    exit: 1,
    meaning: 'A consistency proof is not "old <size>", hashes, an empty line and a checkpoint.',
    remedy: 'Obtain the proof again from the log or from a witness, or leave it out.',
  },
  'verifier.platform': {
    exit: 5,
    meaning: 'The browser offers no WebCrypto to this page.',
    remedy: 'Open the page as a file or over https in a current browser, or use the command line.',
  },
} as const;

export type VerifierCode = keyof typeof verifierErrors;
export const fail: Raise<VerifierCode> = raiser(verifierErrors);
