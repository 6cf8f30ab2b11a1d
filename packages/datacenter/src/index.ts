export { datacenterErrors, type DatacenterCode } from './codes.ts';
export { Store, type Reading, type StoreOptions, type Writing } from './store/store.ts';
export type { PostgresOptions } from './store/postgres.ts';
export type { LedgerName, Tables } from './store/tables.ts';
export { LeafSequencer, writeLeaves } from './ledger/leaves.ts';
export { initLedger, Ledger, type LedgerOptions } from './ledger/ledger.ts';
