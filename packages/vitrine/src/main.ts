// The command's own start. Commands are loaded when they are named: `vitrine verify` must not pay
// for the log server.

import { enableCompileCache } from 'node:module';

enableCompileCache();
const { makeProgram } = await import('./program.ts');
const { runProgram } = await import('./command.ts');
const { handleSignals } = await import('./signals.ts');

const argv = process.argv.slice(2);
handleSignals();
await runProgram(await makeProgram(argv), argv);
