// A data center whose store is a PostgreSQL server, as its operator configures it.

import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileSeen, postgresSkipReason, startPostgres } from '@vitrine/datacenter/testing';
import { openDataCenterFolder, storeOf } from '../src/datacenter/folder.ts';
import { centerWorld, endpointOf, start } from './datacenter-world.ts';

const skip = postgresSkipReason();

test(
  'a data center keeps its store on the server whose address stands in a private file',
  { skip },
  async (t) => {
    const server = await startPostgres();
    t.after(() => server.stop());
    const world = await centerWorld(t);
    const { folder } = world;
    const path = join(folder, 'datacenter.toml');
    const toml = readFileSync(path, 'utf8');
    writeFileSync(path, toml.replace(/^store = .*\n# postgres/m, 'postgres'));
    const address = join(folder, 'keys', 'postgres.url');
    writeFileSync(address, `${await server.database()}\n`, { mode: 0o644 });
    await assert.rejects(world.open(), { code: 'private.permissions' });
    chmodSync(address, 0o600);
    await world.policy();
    const daemon = await world.open();
    await daemon.round();
    assert.equal(daemon.center.store.database, 'postgres');
    const endpoint = await endpointOf(world, daemon);
    await daemon.center.intake.takeConsent((await endpoint.consent('reports', start)).message);
    const report = await endpoint.seal(endpoint.report([fileSeen('a', start)], start));
    assert.equal((await daemon.center.intake.take(report)).replay, false);
    await daemon.close();
    writeFileSync(address, 'server.example');
    await assert.rejects(storeOf(await openDataCenterFolder(folder)), { code: 'cli.config' });
  },
);
