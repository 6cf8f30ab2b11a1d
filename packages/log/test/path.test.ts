import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isVitrineError } from '@vitrine/evidence';
import { covers, parseTilePath, tilePath, type TilePath } from '@vitrine/log';

/** From the specification of tlog-tiles and its examples. */
const paths: readonly (readonly [string, TilePath])[] = [
  ['tile/0/000', { level: 0, index: 0, width: 256 }],
  ['tile/0/000.p/1', { level: 0, index: 0, width: 1 }],
  ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
  ['tile/63/001.p/255', { level: 63, index: 1, width: 255 }],
  ['tile/entries/x001/000', { level: 'entries', index: 1_000, width: 256 }],
  ['tile/entries/273.p/112', { level: 'entries', index: 273, width: 112 }],
];

test('tile paths are those of the specification, both ways', () => {
  for (const [path, tile] of paths) {
    assert.equal(tilePath(tile), path);
    assert.deepEqual(parseTilePath(path), tile);
  }
  const tile = fc.record({
    level: fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
    index: fc.integer({ min: 0, max: 2 ** 45 - 1 }),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(fc.property(tile, (one) => assert.deepEqual(parseTilePath(tilePath(one)), { ...one })));
});

const wrong = [
  '',
  'tile',
  'tile/',
  'tile/0',
  'tile/0/',
  'tile/0/0',
  'tile/0/0000',
  'tile/0/00a',
  'tile/00/000',
  'tile/01/000',
  'tile/64/000',
  'tile/-1/000',
  'tile/0/x000/000',
  'tile/0/001/000',
  'tile/0/x001',
  'tile/0/x001/x000',
  'tile/0/X001/000',
  'tile/0/000.p',
  'tile/0/000.p/',
  'tile/0/000.p/0',
  'tile/0/000.p/00',
  'tile/0/000.p/01',
  'tile/0/000.p/256',
  'tile/0/000.p/999',
  'tile/0/000.q/1',
  '/tile/0/000',
  'tile/0/000/',
  'tile/0/000 ',
  'tile/0/000\n',
  'tile/data/000',
  'tile/entries',
  'tile//000',
  'tile/0/../000',
  'tile/0/x035/x184/x372/x088/832',
  'tile/0/x999/x999/x999/x999/x999/x999/999',
];

test('there is one way to write each tile path', () => {
  for (const path of wrong)
    assert.throws(
      () => parseTilePath(path),
      (error) => isVitrineError(error, 'tile.path'),
      path,
    );
});

test('a tree of 70,000 has the tiles of the specification and no others', () => {
  const has = (path: string): boolean => covers(70_000, parseTilePath(path));
  for (const path of [
    'tile/0/272',
    'tile/0/273.p/112',
    'tile/1/000',
    'tile/1/001.p/17',
    'tile/2/000.p/1',
    'tile/entries/273.p/112',
    'tile/0/000.p/9',
  ]) {
    assert.ok(has(path), path);
  }
  for (const path of [
    'tile/0/273',
    'tile/0/273.p/113',
    'tile/1/001',
    'tile/1/001.p/18',
    'tile/2/000.p/2',
    'tile/3/000.p/1',
    'tile/entries/274.p/1',
    'tile/63/000.p/1',
  ]) {
    assert.ok(!has(path), path);
  }
});
