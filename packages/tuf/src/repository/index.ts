export {
  draftRole,
  draftSnapshot,
  draftTargets,
  draftTimestamp,
  type PlannedDelegation,
  type PlannedTarget,
  type SnapshotPlan,
  type TargetsPlan,
  type TimestampPlan,
  type TopLevelPlan,
} from './draft.ts';
export { folderFetcher, type Published } from './published.ts';
export { openRepository, type Repository, type StagedTarget } from './repository.ts';
export {
  assembleTuf as assemble,
  disassembleTuf as disassemble,
  draftRoot,
  signTuf as signDraft,
  type RootDraftPlan,
  type RootHolder,
  type TufSignature,
} from '@vitrine/evidence';
