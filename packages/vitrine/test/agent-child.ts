// One command of the agent in a process of its own, to be killed: at the beginning of the sync of a file or folder
// with the number KILL_AT, 0 for none. Says on stderr how many there were.

import { open } from 'node:fs/promises';
import { agentCommand } from '@vitrine/endpoint';
import { fakeClock } from '@vitrine/host';

const killAt = Number(process.env['KILL_AT'] ?? '0');
let syncs = 0;
await using handle = await open(import.meta.filename);
const prototype = Object.getPrototypeOf(handle) as { sync(): Promise<void> };
const whole = Reflect.get(prototype, 'sync');
prototype.sync = function (this: unknown) {
  if (++syncs === killAt) process.kill(process.pid, 'SIGKILL');
  return whole.call(this);
};
process.exitCode = await agentCommand(
  process.argv.slice(2),
  { product: 'agent', version: '0.1.0', file: import.meta.filename },
  {
    clock: fakeClock(Number(process.env['NOW']) * 1000),
    terminal: {
      show: () => {},
      print: (line) => void process.stdout.write(`${line}\n`),
      warn: (line) => void process.stderr.write(`${line}\n`),
      input: () => Promise.resolve(''),
    },
  },
);
process.stderr.write(`syncs ${syncs}\n`);
