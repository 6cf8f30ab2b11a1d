export { conveyorErrors, type ConveyorCode } from './codes.ts';
export { policyAuthority, type Authority } from './authority.ts';
export { build, type BuildInputs, type BuildResult } from './build.ts';
export {
  produce,
  type LoggedStatement,
  type Produced,
  type Production,
  type ProductionStep,
} from './conveyor.ts';
export { differingPaths } from './difference.ts';
export { activeIn, gatherEvidence, provePublication, type EvidenceRequest } from './evidence.ts';
export { findOrder, type Ordered } from './inputs.ts';
export { viewOf, type Appender, type LogEntry, type LogView } from './log.ts';
export { integrityOf, openMaterialCache, type MaterialCache } from './materials/cache.ts';
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
  type ObjectFetcher,
} from './objects.ts';
export { orderOf, recipeIn, signOrder, type LocatedRecipe, type OrderParts } from './order.ts';
export { collectOutputs, type CollectedOutputs } from './outputs.ts';
export { hostPlatform, platformNamed, type Platform } from './platform.ts';
export { probe, type Compared, type Probed, type ProbedVariation, type Probing } from './probe.ts';
export { signProvenance, type ProvenanceParts } from './provenance.ts';
export { rebuild, type ProvenanceEntry, type Rebuilding, type Rebuilt } from './rebuild.ts';
export { parseRecipe, type Recipe } from './recipe.ts';
export { chooseSandbox, requireSandbox, type SandboxChoice } from './sandbox/choose.ts';
export { type BuildFolders, type Sandbox, type Step, type StepResult } from './sandbox/sandbox.ts';
export { variations, type Surroundings, type Variation } from './sandbox/surroundings.ts';
export { variationsHere, varySandbox, type Possible } from './sandbox/variation.ts';
export { describeTree, readSource, signSource, type CommittedSource, type SourceTree } from './source.ts';
export { exportTree } from './tree.ts';
