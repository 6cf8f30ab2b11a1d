// What a data center logs of its ledgers against what its ledgers show.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, test, type TestContext } from 'node:test';
import {
  custodyRoot,
  formatCheckpoint,
  formatNote,
  formatTime,
  fromUtf8,
  signCheckpoint,
  signStatement,
  toHex,
  type JsonObject,
  type NoteSigner,
} from '@vitrine/evidence';
import { openFindings, openSealed, type Trust } from '@vitrine/supervisor';
import { eventually, MemoryLog, memoryLogHandler, testSigner, worldOrigin } from '@vitrine/testkit';
import { join } from 'node:path';
import { ledgerOf, makeDeskWorld, type Desk, type DeskWorld } from './desk-world.ts';

interface Ledger {
  readonly log: MemoryLog;
  /** Logs the root of `size`, or `root`, as the data center does. */
  root(options?: {
    readonly size?: number;
    readonly root?: Uint8Array;
    readonly by?: string;
    readonly of?: string;
  }): Promise<void>;
  grow(entries: number): void;
  /** Resolves when a look that began after now has ended. */
  seen(): Promise<void>;
}

/** The custody ledger of Zurich, cosigned by everybody or by `witnesses`. */
function serveLedger(
  { world, ledgers, append }: DeskWorld,
  witnesses: readonly string[] = ['supervisor-a', 'supervisor-b'],
): Ledger {
  const log = new MemoryLog();
  const signer = ledgerOf('zurich', 'custody');
  let served = 0;
  const checkpoint = async (): Promise<string> => {
    served++;
    const text = formatCheckpoint({
      origin: signer.key.name,
      size: log.entries.length,
      root: await log.root(),
      extensions: [],
    });
    const signers = [signer, ...witnesses.map((name) => world.witnessSigners.get(name) as NoteSigner)];
    const time = Math.floor(Date.now() / 1000);
    const signatures = await Promise.all(signers.map((one) => signCheckpoint(text, one, time)));
    return fromUtf8(formatNote({ text, signatures }));
  };
  ledgers.set('zurich/custody', memoryLogHandler(log, checkpoint));
  let made = 0;
  return {
    log,
    seen: async () => {
      const before = served;
      await eventually(() => served >= before + 2);
    },
    grow: (entries) => {
      for (let i = 0; i < entries; i++) log.entries.push(Uint8Array.of(0, made++));
    },
    root: async ({ size = log.entries.length, root, by = 'zurich', of = signer.key.name } = {}) =>
      append(
        await signStatement(
          custodyRoot,
          [{ name: 'root', digest: { sha256: toHex(root ?? (await log.root(size))) } }],
          { ledger: of, purpose: 'custody', size, issuedAt: formatTime(Date.now() / 1000) },
          testSigner(`${by} identity`),
        ),
      ),
  };
}

const codes = ({ folder }: Desk): readonly string[] =>
  openFindings(folder)
    .map(({ code }) => code)
    .toSorted();

async function detailOf({ folder }: Desk, wanted: string): Promise<JsonObject> {
  const found = openFindings(folder).find(({ code }) => code === wanted);
  const { body } = await openSealed(join(folder, 'findings'), found?.commitment ?? '');
  return body['detail'] as JsonObject;
}

/** Both ledgers of both centers have been looked at, and this one without trouble. */
async function looked(desk: Desk): Promise<void> {
  await eventually(() => {
    const { custody } = desk.supervisor.status();
    return custody['zurich.example/access'] !== undefined && custody['zurich.example/custody'] === undefined;
  });
}

async function start(t: TestContext): Promise<{ world: DeskWorld; ledger: Ledger; desk: Desk }> {
  const world = await makeDeskWorld(t);
  const ledger = serveLedger(world);
  ledger.grow(3);
  await ledger.root();
  return { world, ledger, desk: await world.open('supervisor-a') };
}

describe('the custody watch', () => {
  test('finds nothing where every logged root is one of the ledger', async (t) => {
    const { ledger, desk } = await start(t);
    for (const grown of [1, 40]) {
      ledger.grow(grown);
      await ledger.root();
    }
    await ledger.root({ size: 2 });
    await looked(desk);
    await eventually(() => desk.supervisor.status().log.read === 4);
    await looked(desk);
    assert.deepEqual(codes(desk), []);
  });

  test('finds a logged root that the ledger never had, and no root of a stranger', async (t) => {
    const { ledger, desk } = await start(t);
    await ledger.root({ root: new Uint8Array(32).fill(1), by: 'nobody' });
    await ledger.root({ size: 2, root: new Uint8Array(32).fill(7) });
    await eventually(() => codes(desk).includes('custody-root-differs'));
    const detail = await detailOf(desk, 'custody-root-differs');
    assert.deepEqual(
      [detail['ledger'], detail['index'], detail['size'], detail['logged'], detail['served']],
      ['zurich.example/custody', 2, 2, '07'.repeat(32), toHex(await ledger.log.root(2))],
    );
    assert.match(
      Buffer.from(detail['checkpoint'] as string, 'base64').toString(),
      /^zurich\.example\/custody\n3\n/,
    );
    assert.deepEqual(codes(desk), ['custody-root-differs']);
  });

  test('finds a root of a ledger that is none of its center, once for each name', async (t) => {
    const { world, ledger, desk } = await start(t);
    await ledger.root({ of: 'zurich.example/other' });
    await ledger.root({ of: 'zurich.example/other', size: 2 });
    await ledger.root({ of: 'zurich.example/access' }); // Its own, and said to hold what it does not.
    await ledger.root({ by: 'singapore', size: 1 });
    await eventually(() => codes(desk).filter((code) => code === 'custody-root-stray').length === 3);
    await eventually(() => desk.supervisor.status().log.read === world.world.log.entries.length);
    await ledger.seen();
    assert.deepEqual(
      codes(desk),
      Array.from({ length: 3 }, () => 'custody-root-stray'),
    );
    const { center, ledger: named, index } = await detailOf(desk, 'custody-root-stray');
    assert.deepEqual([center, named, index], ['zurich', 'zurich.example/other', 1]);
  });

  test('goes on with a center that a later version leaves out, until its key is ended', async (t) => {
    const world = await makeDeskWorld(t);
    const ledger = serveLedger(world);
    ledger.grow(3);
    let accepted: Trust = world.world;
    const desk = await world.open('supervisor-a', { accepted: () => Promise.resolve(accepted) });
    await world.acceptWithoutZurich(desk.folder);
    await ledger.root({ size: 2, root: new Uint8Array(32).fill(7) });
    await eventually(() => codes(desk).includes('custody-root-differs'));
    assert.equal((await desk.post((await world.ask()).body)).status, 202, 'and it may ask to read still');

    const keys = world.world.policy.document.keys.map((key) =>
      key.keyid === testSigner('zurich identity').keyid
        ? { ...key, until: { origin: worldOrigin, index: 1 } }
        : key,
    );
    accepted = await world.policyWith({ keys });
    await eventually(() => {
      const { policy, custody } = desk.supervisor.status();
      return policy.version === 2 && custody['singapore.example/access'] !== undefined;
    });
    assert.equal(desk.supervisor.status().custody['zurich.example/access'], undefined);
    // Whoever looked at this root, looked at those before it.
    await ledger.root({ by: 'singapore' });
    await eventually(() => codes(desk).includes('custody-root-stray'));
    assert.equal(desk.supervisor.status().custody['unlisted'], undefined, 'an ended key was accepted once');
    assert.deepEqual(codes(desk), ['custody-root-differs', 'custody-root-stray']);
  });

  test('says which root is of no center that was accepted here, while its key counts', async (t) => {
    const world = await makeDeskWorld(t);
    const desk = await world.open('supervisor-a');
    await world.acceptWithoutZurich(desk.folder);
    rmSync(join(desk.folder, 'sharing.json'));
    const ledger = serveLedger(world);
    ledger.grow(2);
    await ledger.root();
    const said = (): string => desk.supervisor.status().custody['unlisted'] ?? '';
    await eventually(() => said().startsWith('entry 0 is a root of zurich.example/custody'));
    assert.deepEqual(codes(desk), []);
  });

  test('finds a ledger that signed two histories, also over a restart', async (t) => {
    const { world, ledger, desk } = await start(t);
    await looked(desk);
    await desk.stop();
    ledger.log.entries[1] = Uint8Array.of(9, 9);
    ledger.grow(1);
    const again = await world.open('supervisor-a');
    await eventually(() => codes(again).includes('custody-root-fork'));
    const { ours, theirs } = await detailOf(again, 'custody-root-fork');
    assert.notEqual(ours, theirs);
  });

  test('gives a ledger ten minutes to show what was logged of it', async (t) => {
    const { world, ledger, desk } = await start(t);
    await ledger.root({ size: 9, root: new Uint8Array(32) });
    await eventually(() =>
      /desk\.behind/.test(desk.supervisor.status().custody['zurich.example/custody'] ?? ''),
    );
    assert.deepEqual(codes(desk), []);
    world.clock.ahead += 700_000;
    await eventually(() => codes(desk).includes('custody-root-unserved'));
    assert.equal((await detailOf(desk, 'custody-root-unserved'))['size'], 9);
  });

  test('compares the roots after one that the ledger never shows', async (t) => {
    const { ledger, desk } = await start(t);
    await ledger.root({ size: 9, root: new Uint8Array(32) });
    await ledger.root({ size: 2, root: new Uint8Array(32).fill(7) });
    await eventually(() => codes(desk).includes('custody-root-differs'));
    assert.equal((await detailOf(desk, 'custody-root-differs'))['size'], 2);
    await ledger.seen();
    assert.deepEqual(codes(desk), ['custody-root-differs'], 'found once');
  });

  test('believes no ledger that too few witnesses saw', async (t) => {
    const world = await makeDeskWorld(t);
    const ledger = serveLedger(world, ['supervisor-a']);
    ledger.grow(3);
    await ledger.root();
    const desk = await world.open('supervisor-a');
    await eventually(() =>
      /reader\.cosignatures/.test(desk.supervisor.status().custody['zurich.example/custody'] ?? ''),
    );
    world.clock.ahead += 700_000;
    await eventually(() => codes(desk).includes('custody-root-unserved'));
  });

  test('finds a ledger that grew for a day without a root in the log, and none that stood still', async (t) => {
    const { world, ledger, desk } = await start(t);
    await looked(desk);
    world.clock.ahead += 90_000_000;
    // The three that are not served were not seen for a day; this one did not grow.
    const silent = (): number => codes(desk).filter((code) => code === 'custody-root-silent').length;
    await eventually(() => silent() === 3);
    ledger.grow(1);
    await ledger.seen();
    world.clock.ahead += 80_000_000;
    await ledger.seen();
    assert.equal(silent(), 3);
    world.clock.ahead += 10_000_000;
    await eventually(() => silent() === 4);
    await ledger.root();
    await eventually(() => desk.supervisor.status().log.read === world.world.log.entries.length);
    assert.equal(codes(desk).filter((code) => code !== 'custody-root-silent').length, 0);
  });
});
