// Asks one address as often as it answers for two seconds, over 32 connections, and prints how often in a second.

import { Agent, get } from 'node:http';

const address = process.argv[2] ?? '';
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const milliseconds = 2_000;

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(address, { agent }, (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`${address} answered ${String(response.statusCode)}`));
      response.resume();
      response.on('end', resolve);
    }).on('error', reject);
  });
}

let answered = 0;
const start = performance.now();
await Promise.all(
  Array.from({ length: 32 }, async () => {
    while (performance.now() - start < milliseconds) {
      await ask();
      answered++;
    }
  }),
);
process.stdout.write(String(answered / ((performance.now() - start) / 1000)));
agent.destroy();
