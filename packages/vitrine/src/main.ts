// The command. Its parts are loaded when they are named: `vitrine verify` must not pay for the log server.

import { runProgram } from './command.ts';
import { makeProgram } from './program.ts';
import { handleSignals } from './signals.ts';

const argv = process.argv.slice(2);
handleSignals();
await runProgram(await makeProgram(argv), argv);
