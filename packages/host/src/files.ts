// What a command needs that only reads and judges files: without servers, databases and child processes,
// whose modules cost such a command half of its start.

export { readBounded } from './bounded.ts';
export { systemClock } from './clock.ts';
export { writeDurable } from './durable.ts';
export { hashFile, sha256, verifySignatureHere } from './platform.ts';
