// Hundreds of cycles in one process: descriptors, timers and listeners are what they were, and so is memory.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runByItself } from '@vitrine/endpoint';
import { installed } from './helpers.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Held {
  readonly descriptors: number;
  readonly timers: number;
  readonly heap: number;
}

test('an agent that runs by itself holds no more after many cycles', async (t) => {
  const { agent, clock, server } = await installed(t);
  const stop = new AbortController();
  const held: Held[] = [];
  let cycles = 0;
  await runByItself(agent, {
    every: 60,
    file: import.meta.filename,
    stop: stop.signal,
    random: () => 0.5,
    tell(event) {
      if (event.event === 'half') cycles++;
    },
    async sleep(milliseconds) {
      clock.advance(milliseconds);
      server.requests.length = 0;
      // Every tenth cycle fails at its host.
      server.wire = cycles % 10 === 9 ? () => 503 : undefined;
      if (cycles % 100 !== 99 || held.length > cycles / 100) return;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      collect();
      held.push({
        descriptors: readdirSync('/proc/self/fd').length,
        timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
        heap: process.memoryUsage().heapUsed,
      });
      if (held.length === 4) stop.abort();
    },
  });
  const [, second, , last] = held;
  assert.ok(second !== undefined && last !== undefined);
  assert.ok(last.descriptors <= second.descriptors + 4, JSON.stringify(held));
  assert.ok(last.timers <= second.timers + 4, JSON.stringify(held));
  assert.ok(last.heap <= second.heap + (4 << 20), JSON.stringify(held));
  t.diagnostic(JSON.stringify(held));
});
