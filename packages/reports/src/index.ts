export { reportsErrors, type ReportsCode } from './codes.ts';
export { hpkeOpen, hpkeSeal, openingKey, sealOverhead, suiteName, type OpeningKey } from './seal/hpke.ts';
export { contentLimit, largestClass, paddedSize, type Content, type ContentType } from './seal/padding.ts';
export { openMessage, sealedLimit, sealedTo, sealingKeyId, sealMessage } from './seal/seal.ts';
export {
  chooseSealingKey,
  isInUse,
  readSealingKey,
  sealingKeyLife,
  signSealingKey,
  stillOpens,
  type CenterIdentity,
} from './seal/sealing-key.ts';
export {
  newReportId,
  newSalt,
  checkReport,
  observationsAtOnce,
  readReport,
  reportAge,
  requireReportTime,
  signReport,
  type Report,
  type SaltedObservation,
  type VerifiedReport,
} from './report.ts';
export { dayOf } from './observation/forms.ts';
export { observationKinds, type Observation, type ObservationKindName } from './observation/kinds.ts';
export { checkObservation, projectionOf, recordBytes, retentionOf } from './observation/observation.ts';
export {
  categoryOf,
  needsFileYes,
  pieceSize,
  sampleLimits,
  type SampleCategory,
} from './observation/sample.ts';
export {
  purposes,
  retentionClasses,
  type Field,
  type Purpose,
  type RetentionClass,
} from './consent/field.ts';
export { pseudonymOf, recoverySize, subjectOfCenter, type Subject, type SubjectKeys } from './subject/key.ts';
export {
  digestOf,
  entryLeaf,
  formatEntry,
  importedRecord,
  parseEntry,
  recordCommitment,
  recordDigest,
  type CustodyEntry,
  type ExportEntry,
  type ImportEntry,
  type RecordEntry,
  type TombstoneEntry,
} from './custody/entry.ts';
export {
  promiseFor,
  readPromise,
  recordEntry,
  requirePromised,
  promisedEntriesOf,
  signPromise,
  type CustodyPromise,
  type PromisedRecord,
  type SentReport,
} from './custody/promise.ts';
export {
  openTombstone,
  replayMark,
  tombstone,
  tombstoneCommitment,
  tombstoneLimit,
} from './custody/tombstone.ts';
export {
  formatReceipt,
  judgePromise,
  parseProof,
  parseReceipt,
  provesLate,
  readLedgerHead,
  requireSameRoot,
  verifyProof,
  verifyReceipt,
  type LedgerHead,
  type LedgerRules,
  type Receipt,
  type ReportProof,
  type VerifiedReceipt,
} from './custody/receipt.ts';
export {
  entryHash,
  noEntry,
  ownEntrySchema,
  requireChain,
  sharedRecordOf,
  type OwnBody,
  type OwnEntry,
  type OwnEntryType,
  type SharedRecord,
} from './custody/own-entry.ts';
export {
  formatOwnLedger,
  ownLedgerKeys,
  ownLedgerKeysSchema,
  ownLedgerLimits,
  parseOwnLedger,
  rulesOfKeys,
  type OwnLedger,
  type OwnLedgerKeys,
} from './custody/own-ledger.ts';
export {
  verifyOwnLedger,
  type CheckedReading,
  type CheckedRecord,
  type OwnFinding,
  type OwnLedgerCheck,
  type OwnLedgerQuestion,
  type RecordStanding,
} from './custody/own-check.ts';
export {
  deriveRecordKey,
  formatHalves,
  keyRef,
  newRecordKey,
  openShare,
  parseHalves,
  recordKeyFromHalves,
  recordKeyOfSubject,
  type HalfHolder,
  type KeyName,
  type NewRecordKey,
  type SealedHalves,
} from './halves/record-key.ts';
export { openRecord, sealRecord, webCryptoCipher, type RecordCipher } from './halves/record.ts';
export { sharesLimit, type NumberedShare } from './halves/shares.ts';
export { formatRecoveryCode, newRecoverySecret, parseRecoveryCode } from './subject/recovery-code.ts';
export {
  confirmable,
  formatConfirmation,
  parseConfirmation,
  readConfirmation,
  requestIn,
  signConfirmation,
  type Confirmation,
  type Confirmed,
  type ConfirmedErasure,
  type Erasure,
} from './subject/confirmation.ts';
export {
  readRequest,
  requestAge,
  requestOf,
  signRequest,
  type RequestAct,
  type SubjectRequest,
  type VerifiedRequest,
} from './subject/request.ts';
export {
  exportLimits,
  formatExport,
  missingFromExport,
  parseExport,
  readExport,
  readReadings,
  type ExportedRead,
  type ExportedRecord,
  type ExportPage,
  type OwnRecord,
} from './subject/export.ts';
export {
  lookUpFields,
  profileNames,
  profiles,
  schemaDigest,
  schemaSet,
  schemaVersion,
  type Profile,
  type ProfileName,
} from './consent/profile.ts';
export {
  schemaMarkdown,
  screenHtml,
  screenOf,
  screenText,
  textDigest,
  type Place,
  type Screen,
  type ScreenField,
  type ScreenSection,
} from './consent/screen.ts';
export {
  countersignConsent,
  formatConsent,
  giveConsent,
  parseConsent,
  purposesOf,
  readConsent,
  readOwnConsent,
  requireConsentSuccessor,
  requireConsentTime,
  withdrawConsent,
  type Consent,
  type ConsentAnswer,
  type ConsentPurpose,
  type ConsentRecord,
} from './consent/receipt.ts';
export { placeUnder, requireConsented } from './consent/guard.ts';
export {
  buildResidency,
  centerOf,
  loadResidency,
  requireOwnCountry,
  requireSuccessor,
  residencyAt,
  signResidency,
  type Residency,
} from './residency/policy.ts';
export { drainedCenters, milestonesAt, planMoves, type MilestoneState, type Move } from './residency/plan.ts';
export {
  formatSharing,
  parseSharing,
  readSharing,
  rememberSharing,
  sharingLimit,
  type LoggedResidency,
  type ProvenPolicy,
  type Sharing,
  type SharingFile,
  type SharingMemory,
} from './residency/sharing.ts';
export { answerLimit, openAnswer, sealAnswer } from './subject/answer.ts';
export {
  accessLimits,
  formatGrantBody,
  grantBodyOf,
  parseAccessRequest,
  parseGrantBody,
  readAccessRequest,
  requireGrantOf,
  signAccessRequest,
  type AccessRequest,
  type AskedKey,
  type GrantBody,
  type SignedAccessRequest,
} from './custody/access-request.ts';
export {
  formatShareAsk,
  holdsShareOf,
  openDecision,
  openReleased,
  parseShareAsk,
  releaseShare,
  sealDecision,
  type ShareAsk,
  type ShareHolder,
} from './halves/release.ts';
export { formatAccess, parseAccess, readCommitment, type AccessEntry } from './custody/access.ts';
export { ledgerRulesOf } from './custody/rules.ts';
export { sealReport, type Sending } from './send.ts';
