import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  canonicalJson,
  inTotoPayload,
  payloadOf,
  preAuthEncoding,
  requireEnvelopeSignatures,
  rebuild as rebuildKind,
  sha256 as pureSha256,
  signStatement,
  toBase64,
  utf8,
  type Envelope,
  type Signer,
} from '@vitrine/evidence';
import { run, startDaemon, startPiped, verifySignature, type Piped } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';
import { makeWorld, temporaryDirectory, testSigner } from '@vitrine/testkit';
import { parseGrants, requireGranted, type Grant } from '../src/signer/grants.ts';
import { openSigner } from '../src/signer/remote.ts';
import { openSigners, requireConfiningNode, type NeededKey } from '../src/signer/start.ts';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));
const isUnix = process.platform !== 'win32';

function needed(file: string, ...may: readonly Grant[]): readonly NeededKey[] {
  return [{ may, option: '--key', file }];
}

async function keyIn(
  t: TestContext,
): Promise<{ readonly folder: string; readonly file: string; readonly key: Signer }> {
  const folder = temporaryDirectory(t);
  const file = join(folder, 'builder.key');
  return { folder, file, key: await generateKey(file, 'ed25519') };
}

/** `vitrine signer run` with its raw pipes. */
function bare(t: TestContext, ...keys: readonly string[]): Promise<Piped> {
  const started = startPiped(
    process.execPath,
    [main, 'signer', 'run', ...keys.flatMap((key) => ['--key', key])],
    {
      env: {},
    },
  );
  t.after(async () => (await started).kill());
  return started;
}

function lineOf(child: Piped): Parameters<typeof openSigner>[0] {
  return {
    input: child.input,
    output: child.output,
    ended: async () => `ended with ${String((await child.exited).signal)}`,
    close: () => Promise.resolve(child.kill()),
  };
}

const messageOf = ({ payloadType, payload }: Envelope): Uint8Array =>
  preAuthEncoding(payloadType, Buffer.from(payload, 'base64'));
const encoded = (payload: string | Uint8Array, type = inTotoPayload): Uint8Array =>
  preAuthEncoding(type, typeof payload === 'string' ? utf8(payload) : payload);
const sourceRequest = utf8(
  `vitrine source request v1\nGET vendor.example /source/${'0'.repeat(64)}\n2026-11-24T09:00:00Z\n`,
);

describe('a signer', () => {
  test('signs in a process of its own what its key is there for, also when the file is gone', async (t) => {
    const { file, key } = await keyIn(t);
    const { provenance } = (await makeWorld()).envelopes;
    const signers = await openSigners(needed(file, 'builder'), undefined);
    t.after(() => signers.close());
    const signer = signers.for('builder');
    assert.deepEqual([signer.scheme, signer.keyid, signer.publicKey], [key.scheme, key.keyid, key.publicKey]);
    rmSync(file);
    // Side by side, each answer belongs to its request.
    const messages = [provenance, provenance].map(messageOf);
    const signatures = await Promise.all(messages.map((message) => signer.sign(message)));
    for (const [i, signature] of signatures.entries())
      assert.ok(await verifySignature('ed25519', key.publicKey, messages[i] as Uint8Array, signature));
    assert.throws(() => signers.for('order'), { code: 'signer.role' });
  });

  test('signs with keys of every scheme', async (t) => {
    const folder = temporaryDirectory(t);
    const { release } = (await makeWorld()).envelopes;
    for (const scheme of ['ecdsa-p256', 'ml-dsa-44'] as const) {
      const file = join(folder, `${scheme}.key`);
      await generateKey(file, scheme);
      const link = join(folder, `${scheme}.link`);
      symlinkSync(file, link);
      const signers = await openSigners(needed(link, 'releaser'), undefined);
      assert.ok((await signers.for('releaser').sign(messageOf(release))).length > 64, scheme);
      await signers.close();
    }
  });

  test('goes on after a refusal, and gives its key to nobody', async (t) => {
    const { file } = await keyIn(t);
    const seed = Buffer.from(readFileSync(file, 'utf8').split('\n')[1] ?? '', 'base64').subarray(-32);
    const { provenance, order } = (await makeWorld()).envelopes;
    const child = await bare(t, `builder=${file}`);
    const said: Buffer[] = [];
    child.output.on('data', (chunk: Buffer) => said.push(chunk));
    const signers = await openSigner(lineOf(child));
    const signer = signers.for('builder');
    await assert.rejects(signer.sign(messageOf(order)), { code: 'signer.refused' });
    for (const asked of ['', 'key', '/etc/passwd', file, readFileSync(file, 'utf8')])
      await assert.rejects(signer.sign(utf8(asked)), { code: 'signer.refused' });
    await signer.sign(messageOf(provenance));
    const all = Buffer.concat(said);
    assert.ok(all.length > 200 && seed.length === 32);
    for (const text of [seed, Buffer.from(seed.toString('base64')), Buffer.from(seed.toString('hex'))])
      assert.equal(all.indexOf(text), -1);
  });

  test('says what is wrong with a key file as if it had been opened here', async (t) => {
    const { folder, file } = await keyIn(t);
    await assert.rejects(openSigners(needed(join(folder, 'absent'), 'builder'), undefined), {
      code: 'file.missing',
    });
    if (isUnix) {
      chmodSync(file, 0o644);
      await assert.rejects(openSigners(needed(file, 'builder'), undefined), {
        code: 'key.permissions',
        exit: 4,
      });
      chmodSync(file, 0o600);
    }
    const twice = [...needed(file, 'builder'), ...needed(file, 'order')];
    await assert.rejects(openSigners(twice, undefined), { code: 'signer.grant' });
  });

  test('that is killed in the middle of a request leaves a clear error, then and later', async (t) => {
    const { file } = await keyIn(t);
    const { provenance } = (await makeWorld()).envelopes;
    const child = await bare(t, `builder=${file}`);
    const signer = (await openSigner(lineOf(child))).for('builder');
    await signer.sign(messageOf(provenance));
    process.kill(child.pid, 'SIGSTOP'); // It takes the request and does not answer.
    const asked = signer.sign(messageOf(provenance));
    process.kill(child.pid, 'SIGKILL');
    await assert.rejects(asked, { code: 'signer.gone', message: 'ended with SIGKILL' });
    await assert.rejects(signer.sign(messageOf(provenance)), { code: 'signer.gone' });
  });

  test('that is silent is given up', async (t) => {
    const { file } = await keyIn(t);
    const child = await bare(t, `builder=${file}`);
    const signer = (await openSigner(lineOf(child), 2_000)).for('builder');
    process.kill(child.pid, 'SIGSTOP');
    await assert.rejects(signer.sign(sourceRequest), { code: 'signer.gone', message: /2000 ms/ });
    assert.equal((await child.exited).signal, 'SIGKILL');
  });

  test('ends with its parent', async (t) => {
    const { file } = await keyIn(t);
    const child = await bare(t, `builder=${file}`);
    child.output.resume();
    child.input.end();
    assert.deepEqual(await child.exited, { code: 0, signal: null, lastWords: [] });
  });
});

describe('the messages of a signer', () => {
  test('are refused by their announced length, before anything comes after it', async (t) => {
    const { file } = await keyIn(t);
    const child = await bare(t, `builder=${file}`);
    const said: Buffer[] = [];
    child.output.on('data', (chunk: Buffer) => said.push(chunk));
    child.input.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    assert.equal((await child.exited).code, 0);
    assert.match(Buffer.concat(said).toString('latin1'), /signer\.frame.*4294967295 bytes/);
  });

  test('are bounded for the client too, and what the signer says is not believed', async () => {
    const key = testSigner('builder');
    const hello = Buffer.concat([
      Uint8Array.of(1),
      canonicalJson([{ publicKey: toBase64(key.publicKey), may: ['builder'] }]),
    ]);
    const frame = (bytes: Uint8Array): Buffer => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(bytes.length);
      return Buffer.concat([head, bytes]);
    };
    const speak = async (...frames: readonly Uint8Array[]): Promise<string> => {
      const output = new PassThrough();
      const line = {
        input: new PassThrough(),
        output,
        ended: () => Promise.resolve('it ended'),
        close: () => Promise.resolve(),
      };
      const opening = openSigner(line);
      output.write(frames[0] ?? '');
      try {
        const asked = (await opening).for('builder').sign(sourceRequest);
        for (const one of frames.slice(1)) output.write(one);
        output.end();
        return `signed ${(await asked).length}`;
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    };
    const signature = await key.sign(sourceRequest);
    assert.equal(await speak(frame(hello), frame(Buffer.concat([Uint8Array.of(1), signature]))), 'signed 64');
    const other = await key.sign(utf8('other'));
    assert.equal(
      await speak(frame(hello), frame(Buffer.concat([Uint8Array.of(1), other]))),
      'signature.invalid',
    );
    assert.equal(await speak(frame(hello)), 'signer.gone');
    assert.equal(await speak(frame(hello), frame(new Uint8Array(3)).subarray(0, 5)), 'signer.frame', 'cut');
    assert.equal(await speak(frame(hello), Uint8Array.of(0x7f, 0, 0, 0)), 'signer.frame', 'too long');
    assert.equal(await speak(frame(hello), frame(utf8('\0garbage'))), 'signer.frame');
    assert.equal(await speak(Uint8Array.of(0xff, 0xff, 0xff, 0xff)), 'signer.frame');
    assert.equal(await speak(frame(Buffer.concat([Uint8Array.of(1), utf8('{}')]))), 'signer.frame');
  });
});

describe('what a key may sign', () => {
  test('is the statements of its role, whole and canonical, and nothing else', async () => {
    const world = await makeWorld();
    const { source, order, provenance, release } = world.envelopes;
    const builder = parseGrants('builder');
    assert.equal(requireGranted(messageOf(provenance), builder), 'provenance');
    const payload = Buffer.from(payloadOf(provenance)).toString();
    const spoilt: Readonly<Record<string, Uint8Array>> = {
      'a source': messageOf(source),
      'an order': messageOf(order),
      'a release': messageOf(release),
      'a statement with a space more': encoded(payload.replace(',', ', ')),
      'a statement with members in another order': encoded(
        JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(payload) as object).reverse())),
      ),
      'a statement of another type': encoded(
        payload.replace('in-toto.io/Statement/v1', 'in-toto.io/Statement/v0'),
      ),
      'a kind that is not known': encoded(
        payload.replace('slsa.dev/provenance/v1', 'slsa.dev/provenance/v9'),
      ),
      'a predicate with a member more': encoded(
        payload.replace('"buildDefinition":{', '"a":1,"buildDefinition":{'),
      ),
      'an empty payload': encoded(''),
      'another payload type': encoded(payload, 'application/json'),
      'a payload without its encoding': utf8(payload),
      'a length that is not the payload’s': utf8(
        `DSSEv1 28 ${inTotoPayload} ${payload.length - 1} ${payload}`,
      ),
      'a length with a zero before it': utf8(`DSSEv1 28 ${inTotoPayload} 0${payload.length} ${payload}`),
      'a request for source': sourceRequest,
      'TUF metadata': canonicalJson({ _type: 'targets', version: 1 }),
      'a digest': pureSha256(utf8(payload)),
      'a checkpoint': utf8('log.example/a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'),
      nothing: new Uint8Array(0),
    };
    for (const [what, message] of Object.entries(spoilt))
      assert.throws(() => requireGranted(message, builder), { code: 'signer.refused', exit: 4 }, what);
  });

  test('follows the roles of the policy, several where they are given', async () => {
    const { source, order, release } = (await makeWorld()).envelopes;
    const both = parseGrants('source,order');
    assert.equal(requireGranted(messageOf(source), both), 'source');
    assert.equal(requireGranted(messageOf(order), both), 'order');
    assert.throws(() => requireGranted(messageOf(release), both), /for the role releaser/);
  });

  test('may be requests for source, in their one form', () => {
    const may = parseGrants('rebuilder,source-request');
    assert.equal(requireGranted(sourceRequest, may), 'source-request');
    const text = Buffer.from(sourceRequest).toString();
    for (const other of [
      text.replace('GET', 'POST'),
      text.replace('/source/', '/blob/'),
      `${text}more\n`,
      text.replace('00Z', '00+00:00'),
      text.replace(' /', ' /\u00e9/'),
      text.replace('\n2026', '\nGET x /y\n2026'),
    ])
      assert.throws(() => requireGranted(utf8(other), may), { code: 'signer.refused' }, other);
  });

  test('may be TUF metadata, canonical and of one of its four types', () => {
    const may = parseGrants('tuf');
    for (const type of ['root', 'targets', 'snapshot', 'timestamp'])
      assert.equal(requireGranted(canonicalJson({ _type: type, version: 1 }), may), `tuf ${type}`);
    for (const [what, message] of Object.entries({
      'another type': canonicalJson({ _type: 'mirror' }),
      'no type': canonicalJson({ version: 1 }),
      'a type that is no text': canonicalJson({ _type: ['root'] }),
      'a list': canonicalJson(['_type']),
      'another order of members': utf8('{"version":1,"_type":"root"}'),
      'a statement': encoded('{}'),
    }))
      assert.throws(() => requireGranted(message, may), { code: 'signer.refused' }, what);
  });

  test('may be one type of TUF metadata alone, as online keys have it', () => {
    const may = parseGrants('tuf-snapshot');
    assert.equal(requireGranted(canonicalJson({ _type: 'snapshot', version: 1 }), may), 'tuf snapshot');
    for (const type of ['root', 'targets', 'timestamp'])
      assert.throws(() => requireGranted(canonicalJson({ _type: type, version: 1 }), may), {
        code: 'signer.refused',
      });
  });

  test('is said in known words, and TUF keys stand alone', () => {
    for (const text of [
      '',
      'owner',
      'builder,',
      'builder,tuf',
      'tuf,source-request',
      'tuf-targets,tuf-snapshot',
      'tuf-root',
      'Builder',
    ])
      assert.throws(() => parseGrants(text), { code: 'signer.grant' }, text);
  });

  test('is refused with a code, whatever the bytes', async () => {
    const { provenance } = (await makeWorld()).envelopes;
    const valid = messageOf(provenance);
    const grants = fc.constantFrom(...['builder', 'tuf', 'rebuilder,source-request'].map(parseGrants));
    const mutated = fc
      .tuple(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, change]) => valid.map((byte, i) => (i === at ? byte ^ change : byte)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), grants, (message, may) => {
        let signed: string;
        try {
          signed = requireGranted(message, may);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'signer.refused');
          return;
        }
        // Another digest or time: still a provenance, and of a builder.
        assert.deepEqual([signed, may], ['provenance', ['builder']]);
      }),
      { numRuns: 500 },
    );
  });
});

test(
  'a signer on a socket serves its user, or its group, and starts again where one was killed',
  { skip: isUnix ? false : 'Windows has no sockets with modes' },
  async (t) => {
    const { folder, file, key } = await keyIn(t);
    const socket = join(folder, 's');
    const start = (...more: readonly string[]): ReturnType<typeof startDaemon> =>
      startDaemon(process.execPath, [main, 'signer', 'run', '--socket', socket, ...more], {
        env: {},
        ready: /listens at/,
        timeoutMs: 30_000,
      });
    const first = await start('--key', `rebuilder,source-request=${file}`);
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    const nowhere = [{ may: ['rebuilder'], option: '--key', file: undefined }] as const;
    const [one, two] = [await openSigners(nowhere, socket), await openSigners(nowhere, socket)];
    const { envelopes } = await makeWorld();
    for (const signers of [one, two]) {
      const signer = signers.for('source-request');
      assert.ok(
        await verifySignature('ed25519', key.publicKey, sourceRequest, await signer.sign(sourceRequest)),
      );
      await assert.rejects(signer.sign(messageOf(envelopes.order)), { code: 'signer.refused' });
    }
    const predicate = {
      order: 'a'.repeat(64),
      result: 'built',
      isolation: 'none',
      finishedOn: '2026-11-24T09:00:00Z',
    } as const;
    const subject = [{ name: 'outputs', digest: { sha256: 'b'.repeat(64) } }];
    const envelope = await signStatement(rebuildKind, subject, predicate, one.for('rebuilder'));
    await requireEnvelopeSignatures(envelope, () => key.publicKey, verifySignature);
    await two.close();
    await first.kill9();
    await assert.rejects(one.for('rebuilder').sign(sourceRequest), { code: 'signer.gone' });
    assert.ok(existsSync(socket), 'the killed one left it');
    await assert.rejects(openSigners(nowhere, socket), { code: 'signer.gone' });

    const second = await start('--group', '--key', `builder=${file}`);
    assert.equal(statSync(socket).mode & 0o777, 0o660);
    await second.stop();
    assert.ok(!existsSync(socket));
    writeFileSync(socket, 'a file of somebody');
    await assert.rejects(start('--key', `builder=${file}`), { code: 'process.not-ready' });
    assert.equal(readFileSync(socket, 'utf8'), 'a file of somebody');
  },
);

test('build, rebuild, release and repository never load the code that opens private keys', async (t) => {
  const folder = temporaryDirectory(t);
  writeFileSync(
    join(folder, 'guard.mjs'),
    `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) {
  if (name === '@vitrine/keys') throw new Error('private keys in this process');
  return next(name, context);
} });`,
  );
  const world = await makeWorld();
  writeFileSync(join(folder, 'policy.json'), world.policyBytes);
  writeFileSync(join(folder, 'root.json'), world.root);
  await generateKey(join(folder, 'k.key'), 'ed25519');
  const places = [
    '--log',
    'http://127.0.0.1:9',
    '--policy',
    'policy.json',
    '--root',
    'root.json',
    '--data',
    'd',
  ];
  const commands: readonly (readonly [number, readonly string[]])[] = [
    [5, ['rebuild', 'a'.repeat(64), ...places, '--repository', 'http://127.0.0.1:9', '--key', 'k.key']],
    [
      5,
      [
        'build',
        '.',
        ...places,
        '--recipe',
        'c',
        '--builder-id',
        'urn:x',
        ...['source', 'order', 'builder'].flatMap((role) => [`--${role}-key`, 'k.key']),
      ],
    ],
    [1, ['build', '.', '--vendor', 'nowhere']],
    [1, ['release', 'publish', 'nowhere']],
    [1, ['repository', 'run', 'nowhere']],
  ];
  for (const [exit, args] of commands) {
    const { code, stderr } = await run(process.execPath, ['--import', './guard.mjs', main, ...args], {
      cwd: folder,
      env: { PATH: folder, VITRINE_SANDBOX: 'none', NO_COLOR: '1' },
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 16,
    });
    assert.equal(code, exit, stderr);
    assert.match(
      stderr,
      exit === 5 ? /fetch\.unreachable/ : /nowhere.vendor\.toml/,
      'it went on to its work',
    );
  }
  const loads = await run(process.execPath, ['--import', './guard.mjs', main, 'keys', 'show', 'k.key'], {
    cwd: folder,
    env: {},
    timeoutMs: 60_000,
    maxOutputBytes: 1 << 16,
  });
  assert.match(loads.stderr, /private keys in this process/, 'the guard guards');
});

test('the Node that starts a signer keeps it from the network, and an older one is refused', async (t) => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const look = `require('node:net').connect(${port}, '127.0.0.1')
    .on('error', ({ code }) => console.log(code))
    .on('connect', () => { console.log('connected'); process.exit(); });`;
  const looking = async (...flags: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [...flags, '--eval', look], {
      cwd: temporaryDirectory(t),
      env: {},
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 16,
    });
    return stdout.trim();
  };
  assert.equal(await looking(), 'connected');
  assert.equal(await looking('--permission'), 'ERR_ACCESS_DENIED');
  requireConfiningNode(process.versions.node);
  for (const version of ['20.20.2', '24.1.0', '25.9.0', ''])
    assert.throws(() => requireConfiningNode(version), { code: 'signer.runtime' }, version);
});
