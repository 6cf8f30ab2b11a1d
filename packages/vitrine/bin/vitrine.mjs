#!/usr/bin/env node
// The entry for any Node on the PATH: hands over to the pinned one.
import { fileURLToPath } from 'node:url';
import { runPinned } from '../../../tools/node.mjs';

runPinned([fileURLToPath(new URL('../src/start.mjs', import.meta.url)), ...process.argv.slice(2)]);
