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
export { folderFetcher, openRepository, type Repository } from './repository.ts';
export {
  assembleTuf as assemble,
  draftRoot,
  signTuf as signDraft,
  type RootDraftPlan,
  type RootHolder,
  type TufSignature,
} from '@vitrine/evidence';
