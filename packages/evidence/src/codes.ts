import { raiser, type Raise } from './errors.ts';

/** What this package refuses, by parser and then by check of the verdict. */
export const evidenceErrors = {
  'bytes.utf8': {
    exit: 3,
    meaning: 'Text is not valid UTF-8.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'bytes.hex': {
    exit: 3,
    meaning: 'A digest or identifier is not lower-case hex.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'bytes.base64': {
    exit: 3,
    meaning: 'A value is not canonical, padded, standard base64.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'merkle.size': {
    exit: 3,
    meaning: 'A tree size, index, hash or proof is out of range.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'merkle.inclusion': {
    exit: 3,
    meaning: 'An inclusion path does not lead from the entry to the root.',
    remedy: 'Treat the evidence as forged or damaged; ask the log for a fresh proof.',
  },
  'merkle.consistency': {
    exit: 3,
    meaning: 'One tree does not extend the other.',
    remedy: 'Keep both checkpoints: together they prove that the log forked. Report them to a supervisor.',
  },
  'key.unsupported': {
    exit: 3,
    meaning: 'A public key is not Ed25519, P-256 or ML-DSA-44 in its one DER encoding.',
    remedy: 'Generate the key with "vitrine keys generate".',
  },
  'signature.invalid': {
    exit: 3,
    meaning: 'A signature is not canonical or does not verify.',
    remedy: 'Treat the signed bytes as forged or damaged.',
  },
  'signature.webauthn': {
    exit: 3,
    meaning:
      'A passkey signature is malformed, or was made for other bytes, at another place, or without its owner.',
    remedy: 'Sign again on the page at which the key is registered; where it lasts, sign with a key file.',
  },
  'signature.platform': {
    exit: 5,
    meaning: 'This runtime cannot verify a signature scheme.',
    remedy: 'Use Node 24.7 or later, or a browser with that scheme in WebCrypto.',
  },
  'vkey.syntax': {
    exit: 3,
    meaning: 'A verifier key is malformed.',
    remedy: 'Compare it with the key that the operator publishes.',
  },
  'vkey.type': {
    exit: 3,
    meaning: 'A verifier key has a signature type that is not supported.',
    remedy: 'Use a key of type 01, 04 or 06.',
  },
  'vkey.id': {
    exit: 3,
    meaning: 'A verifier key does not have the key ID it claims.',
    remedy: 'Compare it with the key that the operator publishes.',
  },
  'note.size': {
    exit: 3,
    meaning: 'A note is larger than is accepted.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'note.control': {
    exit: 3,
    meaning: 'A note holds a control character.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'note.syntax': {
    exit: 3,
    meaning: 'A note has no text, no empty line or no signature lines.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'note.signature-line': {
    exit: 3,
    meaning: 'A signature line of a note is malformed.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'note.duplicate': {
    exit: 3,
    meaning: 'A key signed a note twice.',
    remedy: 'Treat the note as forged: one key counts once.',
  },
  'note.signature': {
    exit: 3,
    meaning: 'A signature line of a known key does not verify.',
    remedy: 'Treat the note as forged or damaged.',
  },
  'checkpoint.syntax': {
    exit: 3,
    meaning: 'A checkpoint is not origin, size, root and extension lines.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'cosignature.extensions': {
    exit: 3,
    meaning: 'A checkpoint with extension lines carries an ML-DSA-44 cosignature.',
    remedy: 'The log must not write extension lines.',
  },
  'cosignature.time': {
    exit: 3,
    meaning: 'The time of a cosignature is missing or out of range.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.size': {
    exit: 3,
    meaning: 'A JSON document is larger than is accepted.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.depth': {
    exit: 3,
    meaning: 'A JSON document is nested too deeply.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.syntax': {
    exit: 3,
    meaning: 'Not JSON.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.duplicate': {
    exit: 3,
    meaning: 'A JSON object has the same member twice.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.number': {
    exit: 3,
    meaning: 'A JSON number is not a safe integer.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.surrogate': {
    exit: 3,
    meaning: 'A JSON string holds half a surrogate pair.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.member-name': {
    exit: 3,
    meaning: 'A JSON member name is not plain ASCII.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'json.not-canonical': {
    exit: 3,
    meaning: 'A JSON document is not in the canonical form of RFC 8785.',
    remedy: 'Fetch the file again, byte for byte; do not reformat it.',
  },
  'schema.mismatch': {
    exit: 3,
    meaning: 'A document does not have the form that its specification asks.',
    remedy: 'Compare it with docs/spec at the place named.',
  },
  'envelope.size': {
    exit: 3,
    meaning: 'An envelope is larger than a log entry can hold.',
    remedy: 'Put large matter into a blob and name its digest.',
  },
  'envelope.key': {
    exit: 3,
    meaning: 'An envelope is signed by a key that is not known here.',
    remedy: 'Check that the trust policy is the current one.',
  },
  'envelope.join': {
    exit: 1,
    meaning: 'Signatures over different payloads cannot form one document.',
    remedy: 'Let every signer sign the same bytes.',
  },
  'statement.payload-type': {
    exit: 3,
    meaning: 'An envelope does not hold an in-toto statement.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'statement.kind': {
    exit: 3,
    meaning: 'A statement is of another kind than expected.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'statement.subject': {
    exit: 3,
    meaning: 'A statement is about other subjects than its kind names.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'sealed.salt': { exit: 1, meaning: 'A salt is not 32 bytes.', remedy: 'Use 32 random bytes.' },
  'sealed.opening': {
    exit: 3,
    meaning: 'Salt and body are not what the entry committed to.',
    remedy: 'Ask the holder for the salt and body of this entry.',
  },
  'tree.path': {
    exit: 3,
    meaning: 'A path in a tree listing is not in its one encoding.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'source-proof.file': {
    exit: 3,
    meaning: 'A file is not the one that a source proof is about.',
    remedy: 'Download file and proof again, from one tree and path; treat this file as altered.',
  },
  'source-proof.tree': {
    exit: 3,
    meaning: 'A source proof leads to another tree than was expected.',
    remedy: 'Take the tree digest from a source statement of the log, and the proof of that tree.',
  },
  'proof.syntax': {
    exit: 3,
    meaning: 'A tlog-proof file is malformed.',
    remedy: 'Fetch the file again; it is damaged or not what it claims to be.',
  },
  'root.key': {
    exit: 3,
    meaning: 'The root of trust lists a key wrongly.',
    remedy: 'Obtain the root file again from the vendor and from a supervisor, and compare.',
  },
  'root.balance': {
    exit: 3,
    meaning:
      'One operator alone could reach the threshold of the root or of top-level targets, or one other than the vendor could block it.',
    remedy: 'Do not trust this root; spread its keys over operators.',
  },
  'root.signature-twice': {
    exit: 3,
    meaning: 'A root file carries two signatures under one keyid.',
    remedy: 'Obtain the root file again from the vendor and from a supervisor, and compare.',
  },
  'root.threshold': {
    exit: 3,
    meaning: 'The root of trust is not signed by its own threshold.',
    remedy: 'Obtain the root file again from the vendor and from a supervisor, and compare.',
  },
  'policy.threshold': {
    exit: 3,
    meaning: 'The trust policy is not signed by the threshold of the pinned root.',
    remedy: 'Check that policy and root belong together; otherwise treat the policy as forged.',
  },
  'policy.subject': {
    exit: 3,
    meaning: 'The trust policy statement is about another document.',
    remedy: 'Obtain the policy again.',
  },
  'policy.operator': {
    exit: 3,
    meaning: 'A key of the trust policy has no fitting operator.',
    remedy: 'Correct the policy and let the root sign it again.',
  },
  'policy.key': {
    exit: 3,
    meaning: 'A key of the trust policy is listed wrongly or twice.',
    remedy: 'Correct the policy and let the root sign it again.',
  },
  'policy.vendor': {
    exit: 3,
    meaning: 'The trust policy counts the vendor as its own witness, rebuilder or supervisor.',
    remedy: 'Use keys of independent operators.',
  },
  'policy.quorum': {
    exit: 3,
    meaning: 'Two witness quorums could cosign different histories, or form without a supervisor.',
    remedy: 'Raise the quorum: 2 · quorum must exceed witnesses + faulty.',
  },
  'policy.position': {
    exit: 3,
    meaning: 'A validity in the trust policy names a log that the policy does not know.',
    remedy: 'Correct the policy and let the root sign it again.',
  },
  'policy.rebuilders': {
    exit: 3,
    meaning: 'The trust policy asks for more rebuilds than it has rebuilders.',
    remedy: 'Lower the threshold or add rebuilders.',
  },
  'verdict.question': {
    exit: 2,
    meaning: 'A number of the question is not a whole number.',
    remedy: 'Give size, sequence and time as whole numbers.',
  },
  'verdict.policy': {
    exit: 3,
    meaning: 'The trust policy or its root is older than one that was accepted before.',
    remedy: 'Obtain the current policy and root; a repeated refusal means that someone replays an old one.',
  },
  'verdict.state-full': {
    exit: 5,
    meaning: 'More lines of products are remembered than one endpoint can follow.',
    remedy: 'Keep a state of its own for each group of products.',
  },
  'verdict.no-evidence': {
    exit: 5,
    meaning: 'There is no evidence about this artifact.',
    remedy: 'Fetch evidence/<sha256 of the artifact>.json from the repository.',
  },
  'verdict.artifact': {
    exit: 3,
    meaning: 'The evidence is about another artifact.',
    remedy: 'Fetch artifact and evidence again; do not install this file.',
  },
  'verdict.log': {
    exit: 3,
    meaning: 'A checkpoint is not by the log that the policy names.',
    remedy: 'Treat the evidence as forged.',
  },
  'verdict.stranger': {
    exit: 3,
    meaning: 'A checkpoint carries a signature line by a key that the policy does not list.',
    remedy: 'Fetch the file again; evidence carries only lines that its policy can judge.',
  },
  'verdict.quorum': {
    exit: 3,
    meaning: 'Too few witnesses cosigned a checkpoint.',
    remedy: 'Fetch newer evidence; if that fails too, ask the supervisors what they saw.',
  },
  'verdict.claim': {
    exit: 3,
    meaning: 'A statement that the chain needs is missing or not by a listed key.',
    remedy: 'Fetch newer evidence; check that the trust policy is the current one.',
  },
  'verdict.expected': {
    exit: 3,
    meaning: 'The artifact was released as something else than was expected.',
    remedy: 'Ask for the product, channel and platform that you want.',
  },
  'verdict.sequence': {
    exit: 3,
    meaning: 'The release is older than one that was accepted before.',
    remedy: 'Install the latest release of this channel.',
  },
  'verdict.chain': {
    exit: 3,
    meaning: 'Release, order, source, provenance and outputs do not fit together.',
    remedy: 'Do not install; report the evidence file to a supervisor.',
  },
  'verdict.builder': {
    exit: 3,
    meaning: 'The provenance names a builder that its key does not stand for.',
    remedy: 'Do not install; report the evidence file to a supervisor.',
  },
  'verdict.isolation': {
    exit: 3,
    meaning: 'The order asks for a sandbox and the build had none.',
    remedy: 'Build again where bubblewrap works, or order without a sandbox.',
  },
  'verdict.differs': {
    exit: 3,
    meaning: 'An independent rebuilder got other bytes from the same order.',
    remedy: 'Wait for a supervisor to resolve the hold.',
  },
  'verdict.rebuilds': {
    exit: 3,
    meaning: 'Too few independent rebuilds gave the same bytes.',
    remedy: 'Wait for the rebuilders, then fetch the evidence again.',
  },
  'verdict.withdrawn': {
    exit: 3,
    meaning: 'The release was withdrawn.',
    remedy: 'Install the replacement that was released under a higher sequence.',
  },
  'verdict.held': {
    exit: 3,
    meaning: 'The release is on hold.',
    remedy: 'Wait for a supervisor to resolve the hold.',
  },
  'verdict.no-publication': {
    exit: 5,
    meaning: 'There is no publication to judge freshness by.',
    remedy: 'Fetch publication/<sha256 of the snapshot>.json from the repository.',
  },
  'verdict.publication': {
    exit: 3,
    meaning: 'The publication contradicts its own place in the log.',
    remedy: 'Do not install; report the publication file to a supervisor.',
  },
  'verdict.snapshot': {
    exit: 3,
    meaning: 'The publication is about another snapshot or root than the repository serves.',
    remedy:
      'Fetch metadata and publication again; if it lasts, the repository is altered: tell a supervisor.',
  },
  'verdict.logged': {
    exit: 3,
    meaning: 'The proof from the log is about another root or policy.',
    remedy: 'Fetch root, policy and their proofs again; if it lasts, tell a supervisor.',
  },
  'verdict.rollback': {
    exit: 3,
    meaning: 'The publication is older than one that was accepted before.',
    remedy: 'Fetch the current publication; a repeated refusal means that someone replays an old state.',
  },
  'verdict.fork': {
    exit: 3,
    meaning: 'The log shows two histories.',
    remedy: 'Keep both files: together they prove it. Report them to a supervisor.',
  },
  'verdict.unproven': {
    exit: 5,
    meaning: 'Two checkpoints could not be compared.',
    remedy: 'Give the log with --log so that consistency can be read from its tiles.',
  },
  'verdict.clock': {
    exit: 5,
    meaning: 'The clock of this machine is earlier than the witnesses.',
    remedy: 'Set the clock.',
  },
  'verdict.stale': {
    exit: 5,
    meaning: 'The publication is older than the policy allows for installing.',
    remedy: 'Fetch the current publication.',
  },
} as const;

export type EvidenceCode = keyof typeof evidenceErrors;
export const fail: Raise<EvidenceCode> = raiser(evidenceErrors);
