import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { KeyRoom } from '../src/keys/key-room.ts';

test('keys in one room keep their bytes, whatever is taken and given back beside them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1 << 16 }), { maxLength: 200 }), (steps) => {
      const room = new KeyRoom();
      const held: { readonly place: Uint8Array; readonly byte: number }[] = [];
      for (const [i, step] of steps.entries()) {
        if (step % 3 === 0 && held.length > 0) {
          const [gone] = held.splice(step % held.length, 1);
          const place = gone?.place as Uint8Array;
          room.giveBack(place);
          assert.deepEqual(place, new Uint8Array(32));
        } else {
          const key = new Uint8Array(32).fill((i % 255) + 1);
          held.push({ place: room.take(key), byte: (i % 255) + 1 });
          assert.deepEqual(key, new Uint8Array(32), 'the key stands in one place only');
        }
        for (const { place, byte } of held) assert.deepEqual(place, new Uint8Array(32).fill(byte));
      }
    }),
    { numRuns: 50 },
  );
});

test('a room grows when its block is full', () => {
  const room = new KeyRoom();
  const places = Array.from({ length: 5_000 }, (_, i) => room.take(new Uint8Array(32).fill((i % 255) + 1)));
  for (const [i, place] of places.entries()) assert.equal(place[31], (i % 255) + 1);
});
