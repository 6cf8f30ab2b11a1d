// Where the command starts. This file is JavaScript because nothing may need Node's type stripper, a
// WebAssembly program, before the compile cache is open: the cache holds all others stripped and compiled.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./main.ts');
