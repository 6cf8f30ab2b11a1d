export { conveyorErrors, type ConveyorCode } from './codes.ts';
export { policyAuthority, type Authority } from './authority.ts';
export { awaitBlindRebuilds } from './blind.ts';
export { build, type BuildInputs, type BuildResult } from './build.ts';
export {
  produce,
  type LoggedStatement,
  type Produced,
  type Production,
  type ProductionStep,
} from './conveyor.ts';
export { compareContents, comparePaths } from './compare/compare.ts';
export {
  compareLimits,
  type CompareLimits,
  type Comparison,
  type Content,
  type Difference,
} from './compare/model.ts';
export { describeComparison } from './compare/report.ts';
export { differingPaths } from './difference.ts';
export { activeIn, gatherEvidence, noteOfKeys, provePublication, type EvidenceRequest } from './evidence.ts';
export { fetchMaterials, fetchSource, findOrder, type Ordered } from './inputs.ts';
export { viewOf, type Appender, type LogEntry, type LogView } from './log.ts';
export { integrityOf, openMaterialCache, sweepMaterialNotes, type MaterialCache } from './materials/cache.ts';
export { closureOf, type LockedTarball } from './materials/closure.ts';
export { parseLockfile, type Dependency, type LockedPackage, type Lockfile } from './materials/lockfile.ts';
export { neededMaterials, type NeededMaterial } from './materials/needed.ts';
export { obtainMaterials, type NpmOptions } from './materials/npm.ts';
export { unpackTarball, type UnpackOptions } from './materials/tarball.ts';
export {
  httpObjects,
  publishObjects,
  publishProduced,
  publishSource,
  type HttpObjectsOptions,
  type ObjectFetcher,
} from './objects.ts';
export { orderOf, recipeIn, signOrder, type LocatedRecipe, type OrderParts } from './order.ts';
export { collectOutputs, type CollectedOutputs } from './outputs.ts';
export { hostPlatform, platformNamed, type Platform } from './platform.ts';
export { probe, type Compared, type Probed, type ProbedVariation, type Probing } from './probe.ts';
export { signProvenance, type ProvenanceParts } from './provenance.ts';
export {
  isOrderFault,
  rebuild,
  type OwnBuild,
  type ProvenanceEntry,
  type Rebuilding,
  type Rebuilt,
} from './rebuild.ts';
export { parseRecipe, type Recipe } from './recipe.ts';
export { chooseSandbox, requireSandbox, type SandboxChoice } from './sandbox/choose.ts';
export { type BuildFolders, type Sandbox, type Step, type StepResult } from './sandbox/sandbox.ts';
export { variations, type Surroundings, type Variation } from './sandbox/surroundings.ts';
export { variationsHere, varySandbox, type Possible } from './sandbox/variation.ts';
export { describeTree, readSource, signSource, type CommittedSource, type SourceTree } from './source.ts';
export { exportTree } from './tree.ts';
export { sourceGate, type SourceGate, type SourceGateOptions } from './source-gate.ts';
export { authorizeSource, sourceRequestText, type SourceTarget } from './source-request.ts';
export { readLedger, readWholeLog, type Entry, type EntryOf, type Ledger } from './ledger.ts';
export {
  abandonPublication,
  announce,
  type Announced,
  type UnfinishedPublication,
} from './release/announce.ts';
export { httpCosigner, type CosignAnswer, type Cosigner } from './release/cosigner.ts';
export { defaultWait, type CosignWait } from './release/cosign.ts';
export { releaseFacts, type ReleaseFacts, type ReleaseState, type Said } from './release/facts.ts';
export { heartbeat, heartbeatSeconds } from './release/heartbeat.ts';
export { abandon, type Intent, type ReleaseRequest } from './release/intent.ts';
export { publish, type Published } from './release/publish.ts';
export { noteKeysOf, type Publisher } from './release/publisher.ts';
export { publishTrust, type TrustPublished, type TrustUpdate } from './release/trust.ts';
export { republish, withdraw, type WithdrawalRequest, type Withdrawn } from './release/withdraw.ts';
export type { PageSite } from './release/page/parts.ts';
export { withBuildLog, type BuildLogs, type LogRetention } from './retention/build-logs.ts';
export { findReferences, type References, type Retention } from './retention/references.ts';
