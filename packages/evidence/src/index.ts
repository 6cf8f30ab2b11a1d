export { VitrineError, isVitrineError, raiser } from './errors.ts';
export type { ErrorDetail, ErrorEntry, ErrorTable, Exit, Raise } from './errors.ts';
export { evidenceErrors } from './codes.ts';
export {
  compareBytes,
  concat,
  equal,
  fromBase64,
  fromHex,
  fromUtf8,
  quote,
  toBase64,
  toHex,
  u16,
  u64,
  utf8,
} from './bytes.ts';
export { sha256 } from './sha256.ts';
export type { Sha256 } from './sha256.ts';
export {
  consistencyProof,
  emptyRoot,
  hashSize,
  inclusionProof,
  leafHash,
  nodeHash,
  subtrees,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
export type { NodeAddress, NodeReader } from './merkle.ts';
export type { Scheme, Signer } from './signer.ts';
export { formatSpki, keyidOf, parseSpki } from './spki.ts';
export type { PublicKey } from './spki.ts';
export { lowS, requireSignature, strictSignature, webCryptoVerify } from './signature.ts';
export type { VerifySignature } from './signature.ts';
export {
  formatWebauthnSignature,
  parseWebauthnSignature,
  requireListedSignature,
  webauthnChallenge,
  webauthnPlace,
} from './webauthn.ts';
export type { ListedSigner, WebauthnPlace, WebauthnSignature } from './webauthn.ts';
export { formatVkey, isKeyName, noteTypes, parseVkey, verifierKey } from './vkey.ts';
export type { NoteType, VerifierKey } from './vkey.ts';
export {
  formatNote,
  formatSignatureLine,
  noteLimits,
  parseNote,
  parseSignatureLine,
  signaturesBy,
} from './note.ts';
export type { Note, NoteSignature } from './note.ts';
export { formatCheckpoint, parseCheckpoint, parseDecimal, parseSignedCheckpoint } from './checkpoint.ts';
export type { Checkpoint, SignedCheckpoint } from './checkpoint.ts';
export { noteSigner, signCheckpoint, verifySignatureBy } from './cosignature.ts';
export type { NoteSigner, ValidSignature } from './cosignature.ts';
export { jsonLimits, parseJson } from './json.ts';
export type { Json, JsonLimits, JsonObject } from './json.ts';
export { canonicalJson, canonicalOfParsed, parseCanonicalJson } from './canonical.ts';
export * as schema from './schema.ts';
export type { Schema } from './schema.ts';
export * as fields from './fields.ts';
export { formatTime, parseTime } from './fields.ts';
export {
  documentSchema,
  entryLimit,
  envelopeSchema,
  formatEnvelope,
  inTotoPayload,
  joinSignatures,
  parseDocument,
  parseEnvelope,
  payloadOf,
  preAuthEncoding,
  requireEnvelopeSignatures,
  signEnvelope,
  statementIdOf,
} from './dsse.ts';
export type { Envelope } from './dsse.ts';
export {
  expectKind,
  parseStatement,
  roles,
  signStatement,
  statementOf,
  statementPayload,
  statementType,
  subjectOf,
} from './statement.ts';
export type { Kind, Role, Statement, Subject } from './statement.ts';
export {
  decodePath,
  encodePath,
  formatTreeListing,
  parseTreeListing,
  treeDigest,
  treeLeaf,
  treeLimits,
} from './documents/tree.ts';
export type { FileMode, TreeFile, TreeListing } from './documents/tree.ts';
export {
  formatSourceProof,
  parseSourceProof,
  proveSource,
  verifySourceProof,
} from './documents/source-proof.ts';
export type { SourceProof } from './documents/source-proof.ts';
export { formatOutputs, outputsDigest, parseOutputs, sameDigest } from './documents/outputs.ts';
export type { Output, OutputsManifest } from './documents/outputs.ts';
export { admissionSchema, reviewersSchema } from './documents/admission.ts';
export type { AdmissionDocument, AdmittedKey } from './documents/admission.ts';
export { formatMaterials, parseMaterials } from './documents/materials.ts';
export type { Material, MaterialsManifest } from './documents/materials.ts';
export { formatTlogProof, parseTlogProof } from './proof.ts';
export type { TlogProof } from './proof.ts';
export { headOf, noteText, provenStatement, requireIncluded } from './documents/proven.ts';
export type { ProvenStatement } from './documents/proven.ts';
export { formatEvidence, parseEvidence } from './documents/evidence-file.ts';
export type { EvidenceFile } from './documents/evidence-file.ts';
export { recognise } from './documents/recognise.ts';
export type { GivenFile } from './documents/recognise.ts';
export { formatPublicationFile, parsePublicationFile } from './documents/publication-file.ts';
export type { PublicationFile } from './documents/publication-file.ts';
export { source } from './predicates/source.ts';
export type { Source } from './predicates/source.ts';
export { order } from './predicates/order.ts';
export type { BuildLimits, Order } from './predicates/order.ts';
export { buildType, provenance } from './predicates/provenance.ts';
export type { Isolation, Provenance } from './predicates/provenance.ts';
export { rebuild } from './predicates/rebuild.ts';
export type { Rebuild } from './predicates/rebuild.ts';
export { release } from './predicates/release.ts';
export type { Release } from './predicates/release.ts';
export { publication } from './predicates/publication.ts';
export type { Negative, Publication } from './predicates/publication.ts';
export { rootVersion } from './predicates/root-version.ts';
export type { RootVersion } from './predicates/root-version.ts';
export { withdrawal } from './predicates/withdrawal.ts';
export type { Withdrawal } from './predicates/withdrawal.ts';
export { resolution } from './predicates/resolution.ts';
export type { Resolution } from './predicates/resolution.ts';
export {
  accessGrant,
  commitTo,
  finding,
  openCommitment,
  requestRegister,
  review,
} from './predicates/sealed.ts';
export type { Commitment, Sealed } from './predicates/sealed.ts';
export { accessTable } from './predicates/access-table.ts';
export type { AccessTableVersion } from './predicates/access-table.ts';
export { custodyRoot } from './predicates/custody-root.ts';
export type { CustodyRoot } from './predicates/custody-root.ts';
export { dataCenter, residencyPolicy } from './predicates/residency-policy.ts';
export type { DataCenter, Milestone, ResidencyPolicy } from './predicates/residency-policy.ts';
export { sealingKey } from './predicates/sealing-key.ts';
export type { SealingKey } from './predicates/sealing-key.ts';
export { site } from './predicates/site.ts';
export type { Site } from './predicates/site.ts';
export { relocation } from './predicates/relocation.ts';
export type { Cut, Relocation } from './predicates/relocation.ts';
export { epoch } from './predicates/epoch.ts';
export type { Epoch } from './predicates/epoch.ts';
export { indexVerified } from './predicates/index-verified.ts';
export type { IndexVerified } from './predicates/index-verified.ts';
export { countries } from './countries.ts';
export { kindOf, kinds } from './kinds.ts';
export { trustPolicy } from './policy/document.ts';
export type { RuleFinding } from './policy/load.ts';
export type { NoteKey, Operator, StatementKey, TrustPolicyDocument, Validity } from './policy/document.ts';
export type { Position } from './policy/position.ts';
export { isValidAt } from './policy/position.ts';
export {
  buildPolicy,
  examinePolicy,
  headKeysAt,
  isWitnessQuorum,
  keyAt,
  loadPolicy,
  policyDigest,
  witnessOperatorsAt,
} from './policy/load.ts';
export type { PolicyKey, PolicyNoteKey, TrustPolicy } from './policy/load.ts';
export { loadRoot, parseRoot, requireRootThreshold, rootRoles } from './policy/root.ts';
export type { Root, RootKey, RootRole, RootRoleName, UnverifiedRoot } from './policy/root.ts';
export {
  assembleTuf,
  disassembleTuf,
  signTuf,
  spkiOfTufKey,
  tufCanonicalJson,
  tufKey,
  tufKeyidOf,
  tufKeyOf,
  tufSignatures,
} from './policy/tuf.ts';
export type { TufKey, TufSignature } from './policy/tuf.ts';
export { quorumClaim, quorumsIntersect } from './policy/quorum.ts';
export { formatState, freshState, parseState } from './verdict/state.ts';
export type { Head, State } from './verdict/state.ts';
export { checkNames } from './verdict/trial.ts';
export type { Check, CheckName, Freshness, Outcome } from './verdict/trial.ts';
export { askedBy, describeCheck, describeOutcome, describeVerdict, exitOf } from './verdict/report.ts';
export type { CheckReport, VerdictReport } from './verdict/report.ts';
export type { Expected } from './verdict/chain.ts';
export type { ConsistencyProof } from './verdict/history.ts';
export { activeNegatives } from './verdict/active.ts';
export { requireHead, witnessTime } from './verdict/heads.ts';
export type { LoggedStatement } from './verdict/claims.ts';
export { judgeEntry, objections, readEntry } from './verdict/judgement.ts';
export type {
  CountingEntry,
  EntryReading,
  IdleEntry,
  JudgedEntry,
  Judgement,
  Objection,
} from './verdict/judgement.ts';
export { purePlatform, verify, verifyFiles } from './verdict/verify.ts';
export type { Platform, Question } from './verdict/verify.ts';
export { verifyPublication } from './verdict/announcement.ts';
export type { Announced, PublicationOutcome, PublicationQuestion } from './verdict/announcement.ts';
export { requireLoggedPolicy, requireLoggedRoot } from './verdict/logged.ts';
export type { Logged } from './verdict/logged.ts';
export { onlyEndsKeys, policyDelay } from './policy/succession.ts';
export { draftRoot, signPolicy, signRoot, statementKeyOf } from './policy/write.ts';
export type { RootDraftPlan, RootHolder, RootPlan, RootSigner } from './policy/write.ts';
