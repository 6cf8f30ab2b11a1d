// What an endpoint needs of a log: tiles below a checkpoint that it has judged already. Without sequencer,
// server and database, so that an agent does not ship them.

export { logErrors } from '../codes.ts';
export { openSource, type LogSource, type SourceOptions } from './source.ts';
export { VerifiedTiles, type TreeHead } from './tiles.ts';
