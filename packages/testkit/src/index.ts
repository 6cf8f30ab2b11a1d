export { compileCache } from './compile-cache.ts';
export { eventually } from './eventually.ts';
export {
  countCalls,
  parseTrace,
  runWithFault,
  spread,
  straceAvailable,
  straceSkipReason,
  traceCalls,
  type Fault,
  type SystemCall,
  type Traced,
  type TracedRun,
} from './faults.ts';
export { schemaObjections } from './json-schema.ts';
export { testSigner } from './keys.ts';
export { testPasskey, type Mischief, type TestPasskey } from './passkey.ts';
export {
  everyAsyncParserRefuses,
  everyParserRefuses,
  mutate,
  mutationCount,
  type MutationReport,
} from './mutations.ts';
export { generalise, matchLine, type Bindings } from './placeholders.ts';
export { freePort } from './port.ts';
export { openProgram, type Program, type ProgramEnd } from './program.ts';
export { randomFrom, type Random } from './random.ts';
export { replay, runTranscripts, type TranscriptOptions } from './replay.ts';
export { readTarGz } from './tar.ts';
export { temporaryDirectory, type Ending } from './temporary.ts';
export { formatTranscript, parseTranscript, type Step, type Transcript } from './transcript.ts';
export { repositoryRoot, skipReason, vectors } from './vectors.ts';
export { signerFromSeed } from '@vitrine/keys';
export { makeWorld, worldOrigin, worldTime, type World, type WorldOptions } from './world.ts';
export { MemoryLog } from './memory-log.ts';
export { memoryLogHandler } from './memory-log-server.ts';
export { openVendor, type PublishOptions, type Vendor } from './vendor.ts';
export type { LoggedRelease, ReleasePlan } from './release.ts';
export { verdictCases } from './cases.ts';
export type { Answer, Asked, VerdictCase } from './cases/case.ts';
export { nodePlatform, rememberingPlatform } from './platform.ts';
export { evidenceParsers, type ParserUnderTest } from './parsers.ts';
export {
  makeUpdates,
  publicOf,
  publishUpdate,
  signedBy,
  updateArtifact,
  UpdateClient,
  updateHolders,
  updateRootFile,
  updateTargetsPlan,
} from './updates.ts';
export { updateParsers } from './update-parsers.ts';
