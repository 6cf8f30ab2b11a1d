export { hostErrors, type HostCode } from './codes.ts';
export { readBounded } from './bounded.ts';
export { fakeClock, systemClock, type Clock, type FakeClock } from './clock.ts';
export { startDaemon, type Daemon, type DaemonExit, type DaemonOptions } from './daemon.ts';
export {
  checkDatabase,
  databaseFault,
  emptyWriteAheadLog,
  openDatabase,
  transaction,
  type DatabaseOptions,
} from './database.ts';
export {
  makeDurableDirectory,
  removeDurable,
  removeTemporaries,
  syncDirectory,
  temporaryPath,
  writeDurable,
  writeDurableMany,
  type DurableFile,
  type DurableManyOptions,
  type DurableOptions,
} from './durable.ts';
export { errnoOf, fileFault } from './fault.ts';
export { fetchBytes, type Fetched, type FetchOptions } from './fetch.ts';
export {
  listen,
  readBody,
  respond,
  type BodyLimits,
  type Handler,
  type Listener,
  type ListenOptions,
} from './http.ts';
export { acquireLease, type Lease } from './lease.ts';
export {
  createMetrics,
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  type Metrics,
} from './metrics.ts';
export { eachBounded } from './parallel.ts';
export { createSecret, readPrivate, readSecret } from './private-file.ts';
export { startPiped, type Piped } from './piped.ts';
export {
  hashFile,
  sha256,
  sha256Hex,
  verifySignature,
  verifySignatureHere,
  type FileDigest,
} from './platform.ts';
export { run, type ExtraFd, type RunningChild, type RunOptions, type RunResult } from './process.ts';
export { immutable, serveStatic, type StaticOptions } from './static.ts';
export { openStore, type OpenObject, type Store, type StreamLimit } from './store.ts';
export { sweepStore, type SweepOptions, type Swept } from './store-sweep.ts';
