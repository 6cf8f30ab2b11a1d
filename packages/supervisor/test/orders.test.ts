// The queue of rebuilds where another policy comes in between.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { order as orderKind, type Order } from '@vitrine/evidence';
import { systemClock } from '@vitrine/host';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import type { Claim } from '../src/claims.ts';
import { openRecords } from '../src/database.ts';
import { Orders, type OrdersOptions } from '../src/orders.ts';
import type { Tail } from '../src/tail.ts';

test('an order that is not found because its entries were forgotten meanwhile stays in the queue', async (t) => {
  const database = openRecords(temporaryDirectory(t));
  t.after(() => database.close());
  let isRetired = true;
  const tail: Partial<Tail> = {
    next: () => 0,
    async *entries() {}, // Of the policy before, all are gone.
    get isRetired() {
      return isRetired;
    },
  };
  const orders = new Orders({
    database,
    tail,
    clock: systemClock,
    signer: testSigner('rebuilder'),
    holdings: { objects: () => undefined },
    stores: {},
  } as unknown as OrdersOptions);
  const id = 'ab'.repeat(32);
  const statement = { predicate: { source: 'cd'.repeat(32) } };
  orders.enqueue({ id, kind: orderKind.kind, index: 0, statement } as unknown as Claim<Order>);
  await orders.workOnDue();
  assert.equal(orders.get(id)?.state, 'queued');
  // Under a policy that stays, whoever ordered it was not entitled to.
  isRetired = false;
  await orders.workOnDue();
  assert.equal(orders.get(id)?.state, 'void');
});
