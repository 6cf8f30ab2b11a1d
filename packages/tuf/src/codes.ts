import { raiser, type Raise } from '@vitrine/evidence';

/** What the update client and the writer of the repository refuse. */
export const tufErrors = {
  'tuf.root': {
    exit: 3,
    meaning: 'A root does not name the keys of all four roles that an update needs.',
    remedy: 'Ask the vendor for the root that the repository publishes.',
  },
  'tuf.size': {
    exit: 3,
    meaning: 'A metadata file is larger than its role may be.',
    remedy: 'Fetch the file again; where it stays so, treat the repository or the way to it as hostile.',
  },
  'tuf.name': {
    exit: 3,
    meaning:
      'A role or target has a name outside a-z, 0-9, dot, dash, underscore and slash, or a reserved one.',
    remedy: 'Rename the role or the target.',
  },
  'tuf.keyid': {
    exit: 3,
    meaning: 'A key is listed under a keyid that is not the digest of the key.',
    remedy:
      'Do not install; report the file to the vendor and to a supervisor: somebody signed what they must not.',
  },
  'tuf.key': {
    exit: 3,
    meaning: 'A delegation lists a key that is neither Ed25519 in hex nor P-256 in PEM.',
    remedy: 'Ask the vendor for delegations with keys of these types.',
  },
  'tuf.key-twice': {
    exit: 3,
    meaning: 'One key is listed twice, so that one holder could count as two.',
    remedy:
      'Do not install; report the file to the vendor and to a supervisor: somebody signed what they must not.',
  },
  'tuf.role-twice': {
    exit: 3,
    meaning: 'Two delegations of one file have the same role name.',
    remedy:
      'Do not install; report the file to the vendor and to a supervisor: somebody signed what they must not.',
  },
  'tuf.signature-twice': {
    exit: 3,
    meaning: 'A metadata file carries two signatures by one keyid.',
    remedy: 'Fetch the file again; where it stays so, treat the repository or the way to it as hostile.',
  },
  'tuf.threshold': {
    exit: 3,
    meaning: 'Fewer keys than the threshold of the role signed a metadata file.',
    remedy: 'Fetch the file again; where it stays so, treat the repository or the way to it as hostile.',
  },
  'tuf.operators': {
    exit: 3,
    meaning:
      'The signatures on a role are not by the vendor and as many supervisors as its threshold asks for.',
    remedy: 'Do not install; the vendor must have a supervisor sign this version of the role.',
  },
  'tuf.version': {
    exit: 3,
    meaning: 'A metadata file does not have the version that was announced for it.',
    remedy: 'Fetch the file again; where it stays so, treat the repository or the way to it as hostile.',
  },
  'tuf.rollback': {
    exit: 3,
    meaning: 'A metadata file is older than one that was accepted before, or a role has disappeared.',
    remedy: 'Treat the repository or the way to it as hostile: it offers an older state.',
  },
  'tuf.equivocation': {
    exit: 3,
    meaning: 'Two different files have the same role and version.',
    remedy:
      'Do not install; report the file to the vendor and to a supervisor: somebody signed what they must not.',
  },
  'tuf.expired': {
    exit: 3,
    meaning: 'A metadata file has expired: the repository, or the way to it, is frozen.',
    remedy: 'Check the clock; then try another network, and ask the vendor why nothing newer is signed.',
  },
  'tuf.hash': {
    exit: 3,
    meaning: 'A metadata file or target does not have the length and SHA-256 that were signed for it.',
    remedy: 'Fetch the file again; where it stays so, treat the repository or the way to it as hostile.',
  },
  'tuf.unlisted': {
    exit: 3,
    meaning: 'A role is delegated to, but the snapshot does not list it.',
    remedy: 'Ask the vendor to publish a snapshot that lists every role.',
  },
  'tuf.path': {
    exit: 3,
    meaning: 'A role lists a target that it may not list.',
    remedy:
      'Do not install; report the file to the vendor and to a supervisor: somebody signed what they must not.',
  },
  'tuf.cycle': {
    exit: 3,
    meaning: 'A role delegates, directly or through others, to itself.',
    remedy: 'Ask the vendor to correct the delegations.',
  },
  'tuf.delegations': {
    exit: 3,
    meaning: 'A search for a target led through more roles than are followed.',
    remedy: 'Ask the vendor to make the delegations fewer.',
  },
  'tuf.missing': {
    exit: 5,
    meaning: 'The repository does not serve a file that its own metadata names.',
    remedy: 'Try again later or at another mirror; nothing was accepted.',
  },
  'tuf.rotations': {
    exit: 5,
    meaning: 'There are more new root versions than are followed in one run; those that were read are kept.',
    remedy: 'Run the update again; it goes on from the last root that was accepted.',
  },
  'tuf.state': {
    exit: 1,
    meaning: 'The metadata accepted earlier, kept on this machine, is damaged.',
    remedy: 'Go back to the previous generation of the state, or enrol again.',
  },
  'tuf.unstaged': {
    exit: 1,
    meaning: 'A metadata file refers to a file that the repository does not hold yet.',
    remedy: 'Write the files in order: targets, roles, snapshot, timestamp.',
  },
  'tuf.published': {
    exit: 1,
    meaning: 'The repository holds another file of this role and version; published versions never change.',
    remedy: 'Draft the change again as the next version.',
  },
} as const;

type TufCode = keyof typeof tufErrors;
export const fail: Raise<TufCode> = raiser(tufErrors);
