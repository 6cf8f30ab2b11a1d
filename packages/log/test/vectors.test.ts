import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { formatVkey, fromBase64, fromUtf8, noteSigner, noteTypes } from '@vitrine/evidence';
import { fsck, initLog, openLog, openLogWriter, parseBundle } from '@vitrine/log';
import { signerFromSeed, skipReason, temporaryDirectory, vectors } from '@vitrine/testkit';

const archive = 'vectors/tlog-tiles-15-entries.tar.gz';
const prefix = 'testdata/log/';
/** The public test key of transparency-dev/tessera. */
const name = 'example.com/log/testdata';
const seed = fromBase64('AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg').slice(1);

test(
  'the 15-entry log of another implementation comes out byte for byte',
  { skip: skipReason(archive) },
  async (t) => {
    const expected = vectors(archive) as ReadonlyMap<string, Uint8Array>;
    const file = (path: string): Uint8Array =>
      expected.get(prefix + path) ?? assert.fail(`no ${path} in the archive`);
    const entries = parseBundle(file('tile/entries/000.p/15'));
    const signers = [noteSigner(name, noteTypes.log, signerFromSeed(seed, 'ed25519'))];
    const dir = mkdtempSync(join(temporaryDirectory(t), 'log-'));
    await initLog(dir, { origin: name, vkeys: signers.map(({ key }) => formatVkey(key)), mode: 'raw' });
    const log = await openLogWriter({ dir, signers });
    t.after(() => log.close());

    for (let size = 0; size <= 15; size++) {
      if (size > 0) await log.append(entries[size - 1] as Uint8Array);
      const head = await log.publishNow();
      assert.equal(fromUtf8(head.note), fromUtf8(file(`checkpoint.${size}`)));
      assert.deepEqual(readFileSync(join(dir, 'checkpoint')), Buffer.from(file(`checkpoint.${size}`)));
    }
    const tiles = [...expected.keys()].filter(
      (path) => path.startsWith(`${prefix}tile/`) && !path.endsWith('/'),
    );
    assert.equal(tiles.length, 30);
    for (const path of tiles) {
      assert.deepEqual(
        readFileSync(join(dir, path.slice(prefix.length))),
        Buffer.from(expected.get(path) as Uint8Array),
        path,
      );
    }

    const reader = await openLog(dir, { origin: name, logKeys: signers.map(({ key }) => key) });
    assert.deepEqual(await reader.entry(7), entries[7]);
    await log.close();
    assert.deepEqual((await fsck(dir)).problems, []);
  },
);
