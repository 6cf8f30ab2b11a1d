import { raiser, type Raise } from '@vitrine/evidence';

/** What this package refuses: by seal, report, consent, residency, subject, custody, access, own ledger, halves. */
export const reportsErrors = {
  'seal.format': {
    exit: 3,
    meaning: 'A sealed message is cut short, too long, or begins with another format.',
    remedy: 'Seal the report again; nothing of this message was read.',
  },
  'seal.key': {
    exit: 3,
    meaning: 'A message is sealed to another key than the one that was asked to open it.',
    remedy: 'Fetch the residency policy and the sealing key in force, and seal again.',
  },
  'seal.open': {
    exit: 3,
    meaning:
      'A sealed message does not open: its bytes, its key or what it is bound to are not what they were.',
    remedy: 'Fetch the residency policy and the sealing key in force, and seal again.',
  },
  'seal.padding': {
    exit: 3,
    meaning: 'The content of a sealed message is not padded to its class with zeros.',
    remedy: 'Seal the report again with this version of the agent.',
  },
  'seal.size': {
    exit: 3,
    meaning: 'A message is too large for the largest padding class.',
    remedy: 'Send fewer observations at once, or a sample in smaller pieces.',
  },
  'seal.platform': {
    exit: 5,
    meaning: 'This runtime has no WebCrypto with X25519 and AES-GCM.',
    remedy: 'Use Node 24.7 or later, or a current browser over https.',
  },
  'sealing-key.invalid': {
    exit: 3,
    meaning: 'A sealing key is not signed by its data center, or lives longer than it may.',
    remedy: 'Fetch the sealing keys again; if it lasts, report the data center to a supervisor.',
  },
  'sealing-key.none': {
    exit: 5,
    meaning: 'No sealing key of the data center is valid now.',
    remedy:
      'Reports wait in the queue: send later. A data center counts only under a trust policy that lists it; "status" names the one in force.',
  },
  'report.form': {
    exit: 3,
    meaning: 'What was sealed is not a report in its one form.',
    remedy: 'Make the report again with this version of the agent.',
  },
  'report.signature': {
    exit: 3,
    meaning: 'A report is not signed by the subject that it names.',
    remedy: 'Make the report again with the key of this endpoint.',
  },
  'report.center': {
    exit: 3,
    meaning: 'A report is for another data center, or of a country that this one does not serve.',
    remedy: 'Fetch the residency policy in force and seal the report to the data center that it names.',
  },
  'report.time': {
    exit: 3,
    meaning: 'A report was made too long ago or in the future.',
    remedy: 'Correct the clock of the endpoint.',
  },
  'consent.field': {
    exit: 3,
    meaning: 'An observation has a field that the consented schema does not have, or one of another form.',
    remedy: 'Send only what the consented schema lists; nothing of the report was kept.',
  },
  'consent.profile': {
    exit: 3,
    meaning: 'An observation is of a kind that the consented profile does not share.',
    remedy: 'Choose a profile that shares it, or leave it out; nothing of the report was kept.',
  },
  'consent.file-yes': {
    exit: 3,
    meaning: 'A document, an archive or a file of unknown kind goes without a yes for this very file.',
    remedy: 'Ask the owner for this file; no profile and no server can say yes instead.',
  },
  'consent.form': {
    exit: 3,
    meaning: 'A consent receipt is malformed or does not follow from the one before it.',
    remedy: 'Fetch it again; it is damaged or not what it claims to be.',
  },
  'consent.time': {
    exit: 3,
    meaning: 'A consent is dated more than an hour ahead.',
    remedy: 'Set the clock of the endpoint and consent again; a withdrawal is taken whatever its time.',
  },
  'consent.signature': {
    exit: 3,
    meaning:
      'A consent receipt lacks the signature of its subject or of its data center, or has a foreign one.',
    remedy: 'Give the consent again; share nothing until both have signed.',
  },
  'consent.mismatch': {
    exit: 3,
    meaning: 'A report names another consent, subject, country or data center than the consent receipt.',
    remedy: 'Seal the report under the consent that is in force.',
  },
  'consent.withdrawn': {
    exit: 3,
    meaning: 'The consent was withdrawn, or nothing may be shared under it.',
    remedy: 'Share nothing until the owner of the endpoint consents again.',
  },
  'consent.moved': {
    exit: 3,
    meaning: 'The data would now be kept in a country or by a data center that was not consented to.',
    remedy: 'Share nothing until the owner of the endpoint has agreed to the new place.',
  },
  'consent.schema': {
    exit: 3,
    meaning: 'The consent is to another version of the schema.',
    remedy: 'Show the owner of the endpoint the new schema and ask again.',
  },
  'residency.form': {
    exit: 3,
    meaning: 'A residency policy is malformed, contradicts itself or leaves a country without a data center.',
    remedy: 'Do not use it; report it to the vendor and to a supervisor.',
  },
  'residency.signature': {
    exit: 3,
    meaning: 'A residency policy lacks the signatures of the root.',
    remedy: 'Fetch it again; it is damaged or not what it claims to be.',
  },
  'residency.succession': {
    exit: 3,
    meaning: 'A residency policy does not follow the one before it, or comes into force without its notice.',
    remedy: 'Stay with the policy in force; report the other one to a supervisor.',
  },
  'residency.none': {
    exit: 5,
    meaning: 'No residency policy is in force at this time.',
    remedy: 'Keep the reports in the queue and fetch the residency policies again.',
  },
  'residency.country': {
    exit: 2,
    meaning: 'A country code is not one of ISO 3166-1.',
    remedy: 'Set the country of the endpoint to a two-letter code, for example CH.',
  },
  'sharing.form': {
    exit: 3,
    meaning:
      'A sharing file is malformed, leaves out a version, or holds what belongs to none of its versions.',
    remedy: 'Fetch it again; if it lasts, report the repository to a supervisor.',
  },
  'sharing.checkpoint': {
    exit: 3,
    meaning: 'The checkpoint of a sharing file lacks the signature of the log or of enough witnesses.',
    remedy: 'Fetch it again; if it lasts, report the repository to a supervisor.',
  },
  'sharing.proof': {
    exit: 3,
    meaning:
      'A statement in a sharing file is not in the log of its checkpoint, or not signed as it must be.',
    remedy: 'Fetch it again; if it lasts, report the repository to a supervisor.',
  },
  'sharing.older': {
    exit: 3,
    meaning: 'A sharing file is older than one that was accepted before, or contradicts it.',
    remedy: 'Go on with the one that is kept; fetch again later, or from another address.',
  },
  'subject.recovery-code': {
    exit: 2,
    meaning: 'A recovery code has a character, a length or a check value that is not of one.',
    remedy: 'Compare it with the printed sheet, group by group.',
  },
  'subject.request': {
    exit: 3,
    meaning: 'A request of a subject is malformed, for another data center, or not made now.',
    remedy: 'Make the request again on the endpoint; correct its clock.',
  },
  'subject.signature': {
    exit: 4,
    meaning: 'A request is not signed by the key of the subject that it is about.',
    remedy: 'Make the request on the endpoint itself or with its recovery code.',
  },
  'subject.confirmation': {
    exit: 3,
    meaning: 'A confirmation is not about this request, or not signed by the data center.',
    remedy: 'Ask the data center again; keep the request and the answer for a supervisor.',
  },
  'subject.export': {
    exit: 3,
    meaning: 'An export is malformed, incomplete, or holds what its ledger does not.',
    remedy: 'Ask the data center for the export again; keep both for a supervisor.',
  },
  'custody.entry': {
    exit: 3,
    meaning: 'An entry of a custody or access ledger is malformed.',
    remedy: 'Fetch it again; if it lasts, report the ledger to its supervisor.',
  },
  'custody.record': {
    exit: 3,
    meaning: 'A record is not the one to which its ledger entry is committed.',
    remedy: 'Keep both; together they prove that the record was changed.',
  },
  'custody.promise': {
    exit: 3,
    meaning: 'A promise is malformed, not signed by the ledger, or not for this report.',
    remedy: 'Keep the report in the queue and send it again.',
  },
  'custody.receipt': {
    exit: 3,
    meaning: 'A receipt is malformed or does not prove what was promised.',
    remedy: 'Fetch the proof again; if it lasts, promise and proof together show the breach.',
  },
  'custody.checkpoint': {
    exit: 3,
    meaning: 'The checkpoint of a ledger lacks the signature of its key or of enough witnesses.',
    remedy: 'Fetch a newer checkpoint; show the two to a supervisor if they contradict each other.',
  },
  'custody.tombstone': {
    exit: 3,
    meaning: 'A tombstone does not open to this set of entries.',
    remedy: 'Ask the data center for the salt and the set again; keep what it answers.',
  },
  'access.form': {
    exit: 3,
    meaning: 'A request for access to records is malformed, or too large for one request.',
    remedy: 'Ask for fewer records at once, with this version of the data center.',
  },
  'access.signature': {
    exit: 3,
    meaning: 'A request for access is not signed by the identity key of its data center.',
    remedy: 'The supervisor accepts the newest trust policy and residency policy; then ask it again.',
  },
  'access.time': {
    exit: 3,
    meaning: 'A request for access was made in the future, or has ended.',
    remedy: 'Correct the clock, or ask again.',
  },
  'access.grant': {
    exit: 3,
    meaning: 'A grant is not one of this request, or not by the supervisor that it names.',
    remedy: 'Keep request and grant; ask the supervisor what it granted.',
  },
  'own-ledger.form': {
    exit: 3,
    meaning: 'What should be the exported ledger of an endpoint is malformed.',
    remedy: 'Export it again on the endpoint with "vitrine-agent ledger export".',
  },
  'own-ledger.chain': {
    exit: 3,
    meaning: 'An entry of the ledger of an endpoint does not follow the one before it.',
    remedy: 'An entry was altered, removed or put in; do not rely on this copy.',
  },
  'own-ledger.record': {
    exit: 3,
    meaning: 'A record or a reading in the ledger of an endpoint is not what its commitment says.',
    remedy: 'The copy was altered; compare it with the endpoint itself.',
  },
  'own-ledger.keys': {
    exit: 3,
    meaning: 'The keys in the ledger of an endpoint are not those that are published for the data center.',
    remedy: 'Check the receipts with the published keys; if they fail, ask a supervisor.',
  },
  'own-ledger.overdue': {
    exit: 3,
    meaning: 'A record was promised to stand in the ledger of its data center, and no proof came by then.',
    remedy: 'Run "vitrine-agent send" again; if it lasts, show the promise to a supervisor.',
  },
  'own-ledger.late': {
    exit: 3,
    meaning:
      'Witnesses saw the ledger of a data center after the deadline of a promise and without its record.',
    remedy: 'Promise, proof and checkpoint together prove the delay; show them to a supervisor.',
  },
  'own-ledger.refused': {
    exit: 3,
    meaning: 'A data center did not take a report, and kept nothing of it.',
    remedy: 'Look at the code that it gave; the agent does not send this report again.',
  },
  'own-ledger.missing': {
    exit: 3,
    meaning: 'Records that were promised are missing from an export, and nothing says that they are gone.',
    remedy: 'Export again; if it lasts, show the export and the promises to a supervisor.',
  },
  'halves.form': {
    exit: 3,
    meaning: 'The sealed halves of a record key are malformed.',
    remedy: 'Fetch it again; it is damaged or not what it claims to be.',
  },
  'halves.shares': {
    exit: 3,
    meaning: 'Too few different supervisors gave their share, or a share is not of this key.',
    remedy: 'Ask another supervisor for its share of this key.',
  },
  'halves.record': {
    exit: 3,
    meaning: 'A stored record does not open with this key.',
    remedy: 'Take the key of the same subject and day; if it is, the stored bytes were changed.',
  },
} as const;

export type ReportsCode = keyof typeof reportsErrors;

export const fail: Raise<ReportsCode> = raiser(reportsErrors);
