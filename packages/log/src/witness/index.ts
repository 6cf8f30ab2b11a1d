export { initWitness, openWitness, type Witness, type WitnessedLog, type WitnessOptions } from './witness.ts';
export { witnessHandler, type WitnessHandlerOptions } from './handler.ts';
export type { Fork, Seen } from './memory.ts';
export { RateLimiter, type RateLimit } from './rate.ts';
export { formatAddCheckpoint, parseAddCheckpoint, type AddCheckpoint } from './request.ts';
