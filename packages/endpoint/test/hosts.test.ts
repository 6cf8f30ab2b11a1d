// Hosts that are left alone, where several requests to one are under way together.

import assert from 'node:assert/strict';
import test from 'node:test';
import { raiser } from '@vitrine/evidence';
import { hostErrors } from '@vitrine/host';
import { RestingHosts } from '../src/run/hosts.ts';
import type { Rest } from '../src/run/state.ts';

const fail = raiser(hostErrors);
const address = 'https://log.vendor.example/tile/0/000';

function begin(): { readonly hosts: RestingHosts; readonly rests: Rest[]; readonly clock: { now: number } } {
  const rests: Rest[] = [];
  const clock = { now: 1_000 };
  const hosts = new RestingHosts({
    rests: {},
    now: () => clock.now,
    random: () => 1,
    onRest: (_host, rest) => void rests.push(rest),
  });
  return { hosts, rests, clock };
}

/** All are sent before any is answered. */
async function together(hosts: RestingHosts, answers: readonly (string | undefined)[]): Promise<void> {
  const sent = Promise.withResolvers<void>();
  const requests = answers.map((retryAfter) =>
    hosts.request(address, async ({ onAnswer }) => {
      await sent.promise;
      if (retryAfter === undefined) throw fail('fetch.unreachable', 'nobody is there');
      onAnswer?.(503, new Headers({ 'retry-after': retryAfter }));
    }),
  );
  sent.resolve();
  await Promise.allSettled(requests);
}

test('requests that fail together are one failure', async () => {
  const { hosts, rests, clock } = begin();
  await together(hosts, [undefined, undefined, undefined]);
  assert.deepEqual(rests, [{ failures: 1, until: 1_120, code: 'fetch.unreachable' }]);
  clock.now = 1_120;
  await together(hosts, [undefined, undefined]);
  assert.deepEqual(rests.slice(1), [{ failures: 2, until: 1_360, code: 'fetch.unreachable' }]);
});

test('the longest wait that any of them asks for is honoured', async () => {
  const { hosts, rests } = begin();
  await together(hosts, [undefined, '600', '300']);
  assert.deepEqual(rests.at(-1), { failures: 1, until: 1_600, code: 'fetch.status' });
});

test('a request that is given up says nothing of its host', async () => {
  const { hosts, clock } = begin();
  await together(hosts, [undefined]);
  clock.now = 1_120;
  await assert.rejects(
    hosts.request(address, () => Promise.reject(fail('fetch.aborted', 'a decision goes first'))),
    { code: 'fetch.aborted' },
  );
  assert.equal(Object.values(hosts.rests)[0]?.failures, 1);
});
