// Asks two addresses in turns, each as often as it answers for a quarter of a second, over 32 connections; prints
// a line for each turn: how often in a second.

import { Agent, get } from 'node:http';

const addresses = process.argv.slice(2, 4);
const turns = Number(process.argv[4]);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const milliseconds = 250;

function ask(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(address, { agent }, (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`${address} answered ${String(response.statusCode)}`));
      response.resume();
      response.on('end', resolve);
    }).on('error', reject);
  });
}

async function turn(address: string): Promise<void> {
  let answered = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (performance.now() - start < milliseconds) {
        await ask(address);
        answered++;
      }
    }),
  );
  process.stdout.write(`${String(answered)} ${String(performance.now() - start)}\n`);
}

for (let i = 0; i < turns; i++) for (const address of addresses) await turn(address);
agent.destroy();
