// A sweep that its parent kills: says a line before each object that it looks at, then waits for one.

import { readSync, writeSync } from 'node:fs';
import { sweepStore } from '@vitrine/host';

const [directory = '', before = ''] = process.argv.slice(2);
const kept = new Set(process.argv.slice(4));

await sweepStore(directory, {
  before: Number(before),
  dryRun: false,
  keep(sha256) {
    writeSync(1, `${sha256}\n`);
    readSync(0, Buffer.alloc(1));
    return kept.has(sha256);
  },
});
