export { logErrors, type LogCode } from './codes.ts';
export { isFatal } from './fatal.ts';
export { covers, parseTilePath, tilePath, tileWidth, type TilePath } from './path.ts';
export { formatBundle, parseBundle } from './bundle.ts';
export type { Appender, Row, Sequencer } from './sequencer.ts';
export type { Integrator, StepName } from './integrator.ts';
export { initLog, type NewLog } from './init.ts';
export type { LogMode } from './database.ts';
export type { SignedHead } from './heads.ts';
export { atLeast, type Enough, type WitnessOptions } from './witnesses.ts';
export type { WitnessEndpoint } from './endpoint.ts';
export type { PoolLimits } from './pool.ts';
export type { Rhythm } from './publisher.ts';
export {
  openForeignLog,
  openLogWriter,
  type Appended,
  type LogWriter,
  type RunningLog,
  type RunOptions,
  type WriterOptions,
} from './writer.ts';
export { logHandler, type HandlerOptions } from './handler.ts';
export {
  openLog,
  type IndexedEntry,
  type LogReader,
  type ReaderOptions,
  type TailOptions,
} from './reader/reader.ts';
export { openSigned } from './signed.ts';
export { verifyHead, type HeadRules, type VerifiedHead } from './reader/head.ts';
export { headRulesOf } from './reader/policy.ts';
export { fsck, type FsckOptions, type FsckReport } from './fsck/fsck.ts';
export type { Problem } from './fsck/problems.ts';
