import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listen, openStore } from '@vitrine/host';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import { chooseSandbox, httpObjects, publishObjects, publishProduced, rebuild } from '../src/index.ts';
import {
  digestOf,
  everybody,
  makeRepository,
  makeVendor,
  memoryLog,
  nodeRecipe,
  produceTiny,
  refusal,
} from './helpers.ts';

describe('published objects', () => {
  test('are all that a rebuilder needs, as plain files behind a web server', async (t) => {
    const folder = temporaryDirectory(t);
    const { sandbox } = await chooseSandbox('none');
    makeRepository(join(folder, 'r'), { 'conveyor.toml': nodeRecipe(`fs.copyFileSync('a', out)`), a: 'a' });
    const vendor = makeVendor(join(folder, 'vendor'));
    const log = memoryLog();
    const produced = await produceTiny(join(folder, 'r'), vendor, log, sandbox);
    const www = join(folder, 'www');
    await publishProduced(produced, vendor, www);
    await publishProduced(produced, vendor, www);
    const server = await listen(
      (request, response) => void response.end(readFileSync(join(www, request.url ?? ''))),
      { port: 0 },
    );
    t.after(() => server.close());
    const own = makeVendor(join(folder, 'own'));
    const rebuilt = await rebuild({
      orderId: produced.statements.order.id,
      log,
      authority: everybody,
      objects: httpObjects(server.url),
      source: own.source,
      blobs: own.blobs,
      sandbox,
      signer: testSigner('rebuilder'),
      operator: 'supervisor',
      keep: join(folder, 'keep'),
      wait: { timeoutMs: 0, pollMs: 1 },
    });
    assert.equal(rebuilt.result, 'reproduced');
  });

  test('are refused when a server alters or lengthens them, or has none', async (t) => {
    let answer: string | undefined = 'good';
    const server = await listen(
      (_request, response) => {
        if (answer === undefined) return false;
        response.end(answer);
        return true;
      },
      { port: 0 },
    );
    t.after(() => server.close());
    const objects = httpObjects(`${server.url}/`, { timeoutMs: 60_000 });
    assert.equal(Buffer.from(await objects.blob(digestOf('good'), 4)).toString(), 'good');
    answer = 'evil';
    await assert.rejects(objects.source(digestOf('good'), 4), refusal('fetch.digest'));
    answer = 'good, and more';
    await assert.rejects(objects.blob(digestOf('good'), 4), refusal('fetch.too-large'));
    answer = undefined;
    await assert.rejects(objects.blob(digestOf('good'), 4), refusal('fetch.status', 404));
  });

  test('come from sound bytes only, and replace damaged ones', async (t) => {
    const folder = temporaryDirectory(t);
    const store = openStore(join(folder, 'store'));
    const digest = await store.put(Buffer.from('object'));
    await publishObjects(store, [digest, digest], join(folder, 'blob'));
    // A store on another file system gives copies; here the damaged one is replaced by a copy too.
    const published = join(folder, 'blob', digest);
    const { rmSync } = await import('node:fs');
    rmSync(published);
    writeFileSync(published, 'damaged');
    await publishObjects(store, [digest], join(folder, 'blob'));
    assert.equal(readFileSync(published, 'utf8'), 'object');
    chmodSync(store.path(digest), 0o600);
    writeFileSync(store.path(digest), 'broken');
    await assert.rejects(publishObjects(store, [digest], join(folder, 'blob')), refusal('store.altered'));
  });
});
