// Where the command starts. This file is JavaScript because nothing may need Node's type stripper, a
// WebAssembly program, before the compile cache is open: the cache holds all others stripped and compiled.
// It lies in the checkout, not in the shared temporary folder, where another user could have laid one.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const own = new URL('../../../node_modules/.cache/vitrine', import.meta.url);
enableCompileCache(process.env['NODE_COMPILE_CACHE'] ?? fileURLToPath(own));
await import('./main.ts');
