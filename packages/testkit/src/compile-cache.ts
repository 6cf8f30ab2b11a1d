/**
 * For the environment of a child: where this run of tests keeps modules stripped and compiled, so that not every
 * process strips them anew. Empty where a test file is run by itself without one.
 */
export const compileCache: Readonly<Record<string, string>> = cacheOf(process.env['NODE_COMPILE_CACHE']);

function cacheOf(folder: string | undefined): Readonly<Record<string, string>> {
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}
