export { centerErrors, type CenterCode } from './codes.ts';
export { openCenter, type Center } from './center.ts';
export { serveCenter, type Served } from './serve.ts';
export { buildWeb } from './web-build.ts';
export type { CenterOptions, SupervisorAddress } from './context.ts';
export { centerSourceErrors } from './source/codes.ts';
export type { LoggedTree, ReleasedTree, Trees } from './source/trees.ts';
export { centerSearchErrors } from './search/codes.ts';
export { indexCenter, type IndexRun } from './search/run.ts';
