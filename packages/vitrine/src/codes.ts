import { raiser, type Raise } from '@vitrine/evidence';

export const vitrineErrors = {
  'cli.usage': {
    exit: 2,
    meaning: 'The command line is not understood.',
    remedy: 'Run the command with --help.',
  },
  'cli.config': {
    exit: 2,
    meaning: 'A configuration file is malformed or has an unknown key.',
    remedy: 'Correct the line named; "vitrine help" lists the keys of each file.',
  },
  'cli.vkey': {
    exit: 2,
    meaning: 'A verifier key on the command line is malformed.',
    remedy: 'Copy it whole, in quotes: name+id+key.',
  },
  'cli.refused': {
    exit: 3,
    meaning: 'What was checked was refused.',
    remedy: 'Read the failing check above.',
  },
  'cli.interrupted': { exit: 1, meaning: 'The command was interrupted.', remedy: 'Run it again.' },
  'tour.step': {
    exit: 1,
    meaning: 'A step of the tour did not end as it should.',
    remedy: 'Read the step named; run with --data DIR to keep what it wrote and look at the logs there.',
  },
  'store.layout': {
    exit: 2,
    meaning: 'A folder does not hold the stores of a conveyor or a rebuilder.',
    remedy: 'Name the folder that holds source and blob (or blobs), as "vitrine build --data" makes it.',
  },
  'store.incomplete': {
    exit: 5,
    meaning: 'The log names listings or manifests that the stores do not hold, so what they list is unknown.',
    remedy: 'Fetch them again; only where the stores never held them, as with a rebuilder, give --partial.',
  },
  'signer.grant': {
    exit: 2,
    meaning: 'A signer was started with a key for nothing, for something unknown, or for two worlds at once.',
    remedy: 'Give each key as ROLE=FILE; TUF keys sign nothing else.',
  },
  'signer.role': {
    exit: 2,
    meaning: 'The signer holds no key, or more than one, for what is to be signed.',
    remedy: 'Start the signer with exactly one key for this role.',
  },
  'signer.refused': {
    exit: 4,
    meaning: 'A signer was asked to sign something that its key is not there for.',
    remedy: 'If this was not a mistake in the configuration, treat the machine that asked as compromised.',
  },
  'signer.frame': {
    exit: 1,
    meaning: 'A message to or from a signer is malformed, cut, or longer than is accepted.',
    remedy: 'Check that the address is that of a signer of this version.',
  },
  'signer.gone': {
    exit: 1,
    meaning: 'The signer ended, or was silent for too long, before it had signed.',
    remedy: 'Start it again and run the command again; nothing was signed by halves.',
  },
  'log-client.refused': {
    exit: 1,
    meaning: 'The log did not take a statement, or did not publish it in time.',
    remedy:
      'Read the reason; look at the log and its witnesses, then run the command again: nothing is logged twice.',
  },
} as const;

export type VitrineCode = keyof typeof vitrineErrors;
export const fail: Raise<VitrineCode> = raiser(vitrineErrors);
