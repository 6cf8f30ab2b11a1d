import { raiser, type Raise } from '@vitrine/evidence';

/** What a log, its witnesses and its readers refuse. */
export const logErrors = {
  'tile.path': {
    exit: 3,
    meaning: 'A path is not the one way to write a tile or bundle.',
    remedy: 'Use the paths of tlog-tiles, for example tile/0/x001/234 or tile/entries/000.p/7.',
  },
  'bundle.syntax': {
    exit: 3,
    meaning: 'An entry bundle is not the expected number of length-prefixed entries.',
    remedy: 'Fetch the bundle again; it is damaged or not what it claims to be.',
  },
  'entry.size': {
    exit: 2,
    meaning: 'An entry is longer than 65,535 bytes.',
    remedy: 'Put large matter beside the log and name its digest in the entry.',
  },
  'log.exists': {
    exit: 1,
    meaning: 'The folder already holds a log.',
    remedy: 'Run the log that is there, or choose another folder; a log is never overwritten.',
  },
  'log.not-empty': {
    exit: 1,
    meaning: 'A new log, or a new witness, needs an empty folder.',
    remedy: 'Choose an empty folder or a path whose parent exists.',
  },
  'log.missing': {
    exit: 1,
    meaning: 'The folder is missing or holds no log.',
    remedy: 'Check the path and that its volume is mounted; make a new log with "vitrine log init".',
  },
  'log.origin': {
    exit: 2,
    meaning: 'The origin of a log is not a name that its key can carry.',
    remedy: 'Use a URL prefix without scheme, spaces and plus signs, for example log.example.com/2026.',
  },
  'log.key': {
    exit: 2,
    meaning: 'The signing keys are not the keys with which the log was made.',
    remedy: 'Give the keys that "vitrine log init" was given; another key needs another log (D24).',
  },
  'log.mode': {
    exit: 2,
    meaning: 'A raw log has no admission list, and every other log needs one.',
    remedy: 'Run the log in the mode in which it was made.',
  },
  'log.rows': {
    exit: 1,
    meaning: 'The store holds fewer rows than the log has signed, or other ones.',
    remedy: 'Stop. Find the newest copy of the log folder; never start a log from an old backup.',
  },
  'log.tree': {
    exit: 1,
    meaning: 'Files, rows and checkpoint of the log contradict each other.',
    remedy:
      'Stop. Run "vitrine log fsck" and find out what altered the folder before anything is signed again.',
  },
  'log.ahead': {
    exit: 1,
    meaning: 'A witness has seen a larger log than this disk holds.',
    remedy:
      'This folder is an old copy. Find the newest one. If the witness is mistaken, take it out of the configuration and tell its operator.',
  },
  'log.forked': {
    exit: 1,
    meaning: 'A witness has seen another tree of the same size under this key.',
    remedy: 'Stop: two copies of this log are running, or were. Freeze the log and start a new shard (D24).',
  },
  'log.overloaded': {
    exit: 1,
    meaning: 'More entries wait for the disk than the log holds in memory.',
    remedy: 'Send the entry again after a moment.',
  },
  'log.stopped': {
    exit: 1,
    meaning: 'The log has stopped; the entry was not acknowledged and may or may not be in the log.',
    remedy: 'Start the log again and send the entry again.',
  },
  'log.timeout': {
    exit: 5,
    meaning: 'No published checkpoint covers the entry yet.',
    remedy: 'The entry is durable. Ask again later; if it lasts, look at the witnesses.',
  },
  'witnesses.silent': {
    exit: 5,
    meaning: 'Too few witnesses could say what they have seen of this log before its first write.',
    remedy: 'Check the network, that the witnesses run and that they know the origin of this log.',
  },
  'witnesses.quorum': {
    exit: 5,
    meaning: 'Too few witnesses cosigned a checkpoint, so it is not published.',
    remedy:
      'Entries stay durable and are published once enough witnesses answer. Check the witnesses that are named.',
  },
  'witnesses.answer': {
    exit: 5,
    meaning: 'A witness gave an answer that cannot be used.',
    remedy: 'Look at the status, and tell the operator of the witness.',
  },
  'admission.origin': {
    exit: 2,
    meaning: 'An admission list is for another log.',
    remedy: 'Use the list that names the origin of this log.',
  },
  'admission.key': {
    exit: 2,
    meaning: 'An admission list names a key by another keyid than its own.',
    remedy: 'The keyid is the hex SHA-256 of the SubjectPublicKeyInfo.',
  },
  'admission.reviewers': {
    exit: 1,
    meaning: 'The file by which a Center admits reviewers cannot be taken over; the last good one stays.',
    remedy: 'Look at the Center that writes it, and at whatever copies it to the machine of the log.',
  },
  'admission.signer': {
    exit: 4,
    meaning: 'A statement is signed by a key that is not on the admission list of the log.',
    remedy: 'Ask the operator of the log to list the key; the list is published as admission.json.',
  },
  'admission.kind': {
    exit: 4,
    meaning: 'A statement is of a kind that its key may not log, or that the log does not take.',
    remedy: 'Sign with a key that the admission list allows this kind.',
  },
  'request.body': {
    exit: 2,
    meaning: 'A request to the log has parameters that it does not understand.',
    remedy: 'POST the bytes of one entry to /add, with at most "?wait=MILLISECONDS".',
  },
  'witness.exists': {
    exit: 1,
    meaning: 'The folder already holds a witness.',
    remedy: 'Run the witness that is there; its memory must never be replaced by an empty one.',
  },
  'witness.missing': {
    exit: 1,
    meaning: 'The folder is missing or holds no witness.',
    remedy: 'Check the path and that its volume is mounted; make a new witness with "vitrine witness init".',
  },
  'witness.key': {
    exit: 2,
    meaning: 'The keys given to a witness are not its cosignature keys.',
    remedy: 'Give the keys that "vitrine witness init" was given, of type 04 or 06.',
  },
  'witness.log': {
    exit: 2,
    meaning: 'A log that a witness is to follow is configured twice or without a log key.',
    remedy: 'Name each origin once, with its Ed25519 log key.',
  },
  'witness.request': {
    exit: 3,
    meaning: 'The body of an add-checkpoint request is malformed.',
    remedy: 'Send "old <size>", at most 63 hash lines, an empty line and the checkpoint.',
  },
  'witness.origin': {
    exit: 4,
    meaning: 'The witness does not follow a log of this origin.',
    remedy: 'Ask the operator of the witness to add the log.',
  },
  'witness.signature': {
    exit: 4,
    meaning: 'A checkpoint is not validly signed by the log key that the witness knows.',
    remedy: 'Send the signature of the log itself; check its key with the operator of the witness.',
  },
  'witness.size': {
    exit: 3,
    meaning: 'A request names an old size beyond the checkpoint it carries.',
    remedy: 'Send the size of the checkpoint that the witness cosigned last.',
  },
  'witness.conflict': {
    exit: 3,
    meaning: 'The witness last cosigned another size than the request says.',
    remedy: 'Send a consistency proof from the size in the answer.',
  },
  'witness.proof': {
    exit: 3,
    meaning: 'A checkpoint is not proved to extend the one that the witness cosigned last.',
    remedy: 'Compute the proof again. If it is right, the log has forked: keep both checkpoints.',
  },
  'witness.rate': {
    exit: 1,
    meaning: 'A log asks its witness more often than agreed.',
    remedy: 'Wait and send the request again.',
  },
  'reader.signature': {
    exit: 3,
    meaning: 'A checkpoint is of another log, or not signed by its key.',
    remedy: 'Check the address and the verifier key of the log.',
  },
  'reader.cosignatures': {
    exit: 3,
    meaning: 'Too few witnesses cosigned a checkpoint.',
    remedy: 'Fetch it again later; if it lasts, look at the witnesses of this log.',
  },
  'reader.missing': {
    exit: 5,
    meaning: 'A log does not serve a file that its own checkpoint implies.',
    remedy: 'Try again, or another mirror; if it lasts, tell the operator of the log.',
  },
  'reader.range': {
    exit: 2,
    meaning: 'An index or size is outside the checkpoint that the reader has verified.',
    remedy: 'Ask within the checkpoint, or fetch a newer one first.',
  },
  'reader.tile': {
    exit: 3,
    meaning: 'A tile does not lead to the root of the checkpoint.',
    remedy: 'Do not use the data: the server or the path to it altered it, or the log is broken.',
  },
  'reader.entry': {
    exit: 3,
    meaning: 'A bundle holds other entries than the tree.',
    remedy: 'Do not use the data: the server or the path to it altered it, or the log is broken.',
  },
  'reader.rollback': {
    exit: 3,
    meaning: 'A log answers with an older checkpoint than it has shown before.',
    remedy: 'A cache or a mirror may be stale. If it lasts, the log was rolled back: keep both checkpoints.',
  },
  'reader.fork': {
    exit: 3,
    meaning: 'Two checkpoints of one log contradict each other.',
    remedy: 'Keep both: together they prove that the log forked. Report them to a supervisor.',
  },
} as const;

export type LogCode = keyof typeof logErrors;
export const fail: Raise<LogCode> = raiser(logErrors);
