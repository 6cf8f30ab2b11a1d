// For benchmarks and tests of other packages: the parts of the Center that are measured one by one, and a world
// to stand it in.

export { parseQuery } from '../src/search/query.ts';
export { SearchPool } from '../src/search/pool.ts';
export { IndexWriter } from '../src/search/writer.ts';
export { SymbolWriter } from '../src/symbols/store.ts';
export { makeCenterWorld, type CenterWorld } from './world.ts';
export type { WorldTree } from './world/source.ts';
