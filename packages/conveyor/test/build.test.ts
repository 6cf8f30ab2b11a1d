import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  buildType,
  expectKind,
  order as orderKind,
  provenance as provenanceKind,
  statementOf,
  subjectOf,
  type Order,
} from '@vitrine/evidence';
import { fakeClock } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { chooseSandbox, hostPlatform, type Produced } from '../src/index.ts';
import {
  commitAll,
  digestOf,
  git,
  make,
  makeRepository,
  makeVendor,
  memoryLog,
  nodeRecipe,
  outputText,
  produceTiny,
  recipeOf,
  refusal,
  writeFiles,
  type Content,
} from './helpers.ts';

const { sandbox: plain } = await chooseSandbox('none');

/** Writes what differs between machines, as far as the frame lets it differ, next to the source. */
const program = `
const { TZ, LC_ALL, SOURCE_DATE_EPOCH, CHANNEL, HOME, TMPDIR } = process.env;
const lines = [
  process.umask().toString(8).padStart(4, '0'),
  [TZ, LC_ALL, SOURCE_DATE_EPOCH, CHANNEL].join(' '),
  new Intl.DateTimeFormat().resolvedOptions().timeZone,
  ...fs.readdirSync('.'),
  [HOME, TMPDIR].flatMap((folder) => fs.readdirSync(folder)).length,
  fs.statSync('in.txt').mtimeMs / 1000,
];
fs.writeFileSync(out, fs.readFileSync('in.txt', 'utf8') + lines.join('\\n') + '\\n');`;
const something = `fs.writeFileSync(out, 'something')`;

describe('a build', () => {
  test('gives its outputs, the manifest and three statements that fit together', async (t) => {
    const made = await make(t, nodeRecipe(program, '[parameters]\nCHANNEL = "stable"\n'), plain);
    const { produced, vendor } = made;
    const { result, statements, order, tree } = produced;
    assert.equal(
      await outputText(made, result),
      'input\n0022\nUTC C.UTF-8 1700000123 stable\nUTC\nconveyor.toml\nin.txt\n0\n1700000123\n',
    );
    assert.ok(await vendor.blobs.has(result.digest));
    const ordered = expectKind(statementOf(statements.order.envelope), orderKind);
    assert.equal(subjectOf(ordered, 'tree'), tree.digest);
    assert.deepEqual(ordered.predicate, order);
    assert.deepEqual(
      [
        order.product,
        order.version,
        order.source,
        order.clock,
        order.environment.root,
        order.environment.sandbox,
      ],
      ['tiny', '1.0.0', statements.source.id, 1_700_000_123, 'host', false],
    );
    const built = expectKind(statementOf(statements.provenance.envelope), provenanceKind);
    assert.equal(subjectOf(built, 'outputs'), result.digest);
    assert.deepEqual(built.predicate.buildDefinition, {
      buildType,
      externalParameters: { order: statements.order.id },
      internalParameters: { isolation: 'none' },
      resolvedDependencies: [
        { name: 'materials', digest: { sha256: order.materials.sha256 } },
        { name: 'tree', digest: { sha256: tree.digest } },
      ],
    });
    assert.deepEqual(
      [statements.source.index, statements.order.index, statements.provenance.index],
      [0, 1, 2],
    );
  });

  test('at another time, in another zone, locale and umask gives the same bytes', async (t) => {
    const { produced, rerun } = await make(t, nodeRecipe(program), plain);
    const { TZ, LC_ALL } = process.env;
    const umask = process.umask(0o077);
    t.after(() => {
      process.umask(umask);
      Object.assign(process.env, { TZ: TZ ?? '', LC_ALL: LC_ALL ?? '' });
      if (TZ === undefined) delete process.env['TZ'];
      if (LC_ALL === undefined) delete process.env['LC_ALL'];
    });
    Object.assign(process.env, { TZ: 'Pacific/Auckland', LC_ALL: 'et_EE.UTF-8' });
    const clock = fakeClock(Date.UTC(2031, 1, 2));
    const result = await rerun({}, { clock });
    assert.deepEqual([result.digest, result.startedOn], [produced.result.digest, '2031-02-02T00:00:00Z']);
  });

  test('of altered source gives other bytes', async (t) => {
    const made = await make(t, nodeRecipe(program), plain);
    writeFiles(made.repository, { 'in.txt': 'altered\n' });
    commitAll(made.repository);
    const again = await produceTiny(made.repository, made.vendor, memoryLog(), plain);
    assert.notEqual(again.result.digest, made.produced.result.digest);
  });

  test('runs in the folder of its recipe, at a clock that it names, with a version from package.json', async (t) => {
    const folder = temporaryDirectory(t);
    const recipe = nodeRecipe(something)
      .replace('version = "1.0.0"\n', '')
      .replace('[build]', '[build]\nclock = 1234');
    const repository = join(folder, 'repository');
    makeRepository(repository, {
      'part/conveyor.toml': recipe,
      'part/package.json': '{"name":"x","version":"3.2.1"}',
    });
    writeFiles(repository, { 'conveyor.toml': { link: 'part/conveyor.toml' } });
    commitAll(repository);
    const vendor = makeVendor(join(folder, 'vendor'));
    await assert.rejects(produceTiny(repository, vendor, memoryLog(), plain), refusal('recipe.missing'));
    const { readSource, recipeIn } = await import('../src/index.ts');
    const source = await readSource(repository, 'HEAD', vendor.source);
    const located = await recipeIn(source.listing, 'part/conveyor.toml', vendor.source);
    assert.deepEqual([located.version, located.recipe.clock], ['3.2.1', 1234]);
    await assert.rejects(recipeIn(source.listing, 'absent.toml', vendor.source), refusal('recipe.missing'));
  });

  test('of a dirty checkout is refused where the commit was not named, and builds the commit where it was', async (t) => {
    const folder = temporaryDirectory(t);
    const repository = join(folder, 'r');
    makeRepository(repository, { 'conveyor.toml': nodeRecipe(`fs.copyFileSync('a', out)`), a: 'committed' });
    const [vendor, log] = [makeVendor(join(folder, 'vendor')), memoryLog()];
    const again = (clean: boolean): Promise<Produced> =>
      produceTiny(repository, vendor, log, plain, undefined, clean);
    for (const [path, content] of [
      ['a', 'changed'],
      ['untracked', 'new'],
    ] as const) {
      writeFiles(repository, { [path]: content });
      await assert.rejects(again(true), refusal('source.dirty'), path);
      assert.equal(log.envelopes.length, 0, 'nothing is logged');
      const { result } = await again(false);
      assert.equal(result.manifest.outputs[0]?.sha256, digestOf('committed'));
      log.envelopes.length = 0;
      git(repository, 'checkout', '-q', '.');
    }
    git(repository, 'clean', '-q', '-f');
    await again(true);
  });

  test('that its source forbids logs nothing', async (t) => {
    const folder = temporaryDirectory(t);
    const recipe = nodeRecipe('', '[toolchain.node]\nversion = "26.10.0"\n');
    const lockfile = (entry: object): string =>
      JSON.stringify({
        lockfileVersion: 3,
        packages: { '': {}, [`node_modules/${hostPlatform().nodePackage}`]: entry },
      });
    const cases: readonly (readonly [Readonly<Record<string, Content>>, string])[] = [
      [{}, 'recipe.missing'],
      [{ 'conveyor.toml': 'recipe = 1\nunknown = 2\n' }, 'recipe.field'],
      [{ 'conveyor.toml': recipe }, 'lockfile.syntax'],
      [
        { 'conveyor.toml': recipe, 'package-lock.json': lockfile({ version: '26.10.0' }) },
        'lockfile.integrity',
      ],
      [
        { 'conveyor.toml': nodeRecipe(''), 'big.bin': 'version https://git-lfs.github.com/spec/v1\n' },
        'source.lfs',
      ],
      [{ 'conveyor.toml': nodeRecipe(''), a: '', A: '' }, 'source.case-collision'],
      [{ 'conveyor.toml': nodeRecipe(''), out: { link: '../../secret' } }, 'source.symlink'],
    ];
    for (const [i, [files, code]] of cases.entries()) {
      makeRepository(join(folder, String(i)), { 'a.txt': '', ...files });
      const log = memoryLog();
      const vendor = makeVendor(join(folder, `vendor-${i}`));
      await assert.rejects(produceTiny(join(folder, String(i)), vendor, log, plain), refusal(code));
      assert.deepEqual(log.envelopes, [], code);
    }
  });

  test('leaves no folder behind, not even a read-only one', async (t) => {
    const folder = temporaryDirectory(t);
    const { TMPDIR } = process.env;
    t.after(() => {
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
    });
    process.env['TMPDIR'] = folder;
    const readOnly = `fs.mkdirSync('a/b', { recursive: true }); fs.writeFileSync('a/b/c', '');
      for (const folder of ['a/b', 'a']) fs.chmodSync(folder, 0o500);
      fs.writeFileSync(out, process.cwd());`;
    const made = await make(t, nodeRecipe(readOnly), plain);
    const tree = await outputText(made, made.produced.result);
    assert.ok(tree.startsWith(`${folder}/vitrine-build-`), 'it was built there');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('vitrine-build-')),
      [],
    );
  });
});

describe('a build fails', () => {
  const failures: readonly (readonly [string, string, string, string?])[] = [
    ['when its command does', nodeRecipe(`console.error('no such thing'); process.exit(3)`), 'build.command'],
    ['when it writes no output', nodeRecipe(''), 'output.missing'],
    ['when its output is a link out', nodeRecipe(`fs.symlinkSync('/etc/hostname', out)`), 'output.link'],
    ['when its output is empty', nodeRecipe(`fs.writeFileSync(out, '')`), 'output.empty'],
    [
      'when it writes more than is listed',
      nodeRecipe(`${something}; fs.writeFileSync(out + '.more', 'x')`),
      'output.unlisted',
    ],
    [
      'when it takes too long',
      nodeRecipe('setInterval(() => {}, 1 << 30)'),
      'build.time-limit',
      'seconds = 1',
    ],
    [
      'when its outputs are too large',
      nodeRecipe(`fs.writeFileSync(out, 'x'.repeat(101))`),
      'output.size-limit',
      'output-bytes = 100',
    ],
    [
      'when it prints too much',
      nodeRecipe(`console.log('x'.repeat(2000)); ${something}`),
      'build.log-limit',
      'log-bytes = 1000',
    ],
    [
      'when it makes one file too long',
      nodeRecipe(`fs.writeFileSync('big', Buffer.alloc(200_000)); ${something}`),
      'build.disk-limit',
      'disk-bytes = 100000',
    ],
    [
      'when it writes too many files',
      nodeRecipe(`for (let i = 0; i < 7; i++) fs.writeFileSync('file' + i, ''); ${something}`),
      'build.file-limit',
      'files = 7',
    ],
    [
      'when it writes too much in all',
      nodeRecipe(
        `for (let i = 0; i < 3; i++) fs.writeFileSync(process.env.TMPDIR + '/' + i, Buffer.alloc(40_000)); ${something}`,
      ),
      'build.disk-limit',
      'disk-bytes = 100000',
    ],
    [
      'when too many run at one time',
      nodeRecipe(`const { spawn } = require('node:child_process');
        for (let i = 0; i < 5; i++) spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);`),
      'build.process-limit',
      'processes = 30',
    ],
    [
      'when it needs too much memory',
      nodeRecipe('const held = Buffer.alloc(300_000_000, 1); setTimeout(() => held, 60_000);'),
      'build.memory-limit',
      'memory-bytes = 150000000',
    ],
    [
      'when it leaves something running',
      nodeRecipe(`${something}; const options = { stdio: 'ignore', detached: true };
        require('node:child_process')
          .spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], options).unref();`),
      'build.left-running',
    ],
    ['when its command does not exist', recipeOf(['/nonexistent']), 'build.command'],
  ];
  for (const [when, recipe, code, limit] of failures) {
    test(when, async (t) => {
      const limits = limit === undefined ? '' : `[limits]\n${limit}\n`;
      await assert.rejects(make(t, recipe + limits, plain), refusal(code));
    });
  }

  test('when, without a sandbox, it writes to what it was given', async (t) => {
    // Nobody else is told where that is.
    const recipe = nodeRecipe(
      `fs.writeFileSync(process.env.OUT + '/../materials/x', 'altered'); ${something};`,
    );
    await assert.rejects(make(t, recipe, plain), refusal('build.inputs-altered'));
  });

  test('as any other does where there is a network but it says otherwise', async (t) => {
    const recipe = nodeRecipe(`console.log('ENETUNREACH'); process.exit(1)`);
    await assert.rejects(make(t, recipe, plain), refusal('build.command'));
  });

  test('and tells its log', async (t) => {
    const folder = temporaryDirectory(t);
    const recipe = nodeRecipe(`console.log('the reason'); process.exit(1)`);
    makeRepository(join(folder, 'r'), { 'conveyor.toml': recipe });
    let told = '';
    const vendor = makeVendor(join(folder, 'vendor'));
    const attempt = produceTiny(join(folder, 'r'), vendor, memoryLog(), plain, (log) => (told += log));
    await assert.rejects(attempt, /the reason/);
    assert.equal(told, 'the reason\n');
  });
});

describe('an order is refused', () => {
  const orders: readonly (readonly [string, Partial<Order>, string])[] = [
    [
      'for another platform',
      { environment: { platform: 'plan9-mips', root: 'host', sandbox: false } },
      'build.platform',
    ],
    [
      'with another recipe than the tree has',
      { recipe: { path: 'conveyor.toml', sha256: digestOf('other') } },
      'recipe.digest',
    ],
    [
      'with a recipe that the tree lacks',
      { recipe: { path: 'other.toml', sha256: digestOf('other') } },
      'recipe.missing',
    ],
  ];
  for (const [what, change, code] of orders) {
    test(what, async (t) => {
      const { rerun } = await make(t, nodeRecipe(something), plain);
      await assert.rejects(rerun(change), refusal(code));
    });
  }

  // What the recipe decides, nobody can order otherwise: the recipe is audited, an order is not.
  const limits = {
    seconds: 600,
    outputBytes: 268_435_456,
    logBytes: 1_048_576,
    memoryBytes: 4_294_967_296,
    processes: 1024,
    files: 200_000,
    diskBytes: 4_294_967_296,
  };
  const overrides: readonly (readonly [string, Partial<Order>])[] = [
    ['product', { product: 'other' }],
    ['version', { version: '9.9.9' }],
    ['clock', { clock: 1235 }],
    ['parameters', { parameters: { CHANNEL: 'stable', BACKDOOR: 'on' } }],
    ['parameters', { parameters: { CHANNEL: 'nightly' } }],
    ['parameters', { parameters: {} }],
    ['limits', { limits: { ...limits, seconds: 86_400 } }],
    ['limits', { limits: { ...limits, outputBytes: 1 } }],
    ['limits', { limits: { ...limits, logBytes: 1 } }],
    ['limits', { limits: { ...limits, memoryBytes: 1 } }],
    ['limits', { limits: { ...limits, processes: 1_000_000 } }],
    ['limits', { limits: { ...limits, files: 1 } }],
    ['limits', { limits: { ...limits, diskBytes: 1 } }],
    ['root', { environment: { platform: hostPlatform().name, root: 'other', sandbox: false } }],
    ['sandbox', { environment: { platform: hostPlatform().name, root: 'host', sandbox: true } }],
  ];
  test('with anything else than the recipe decides', async (t) => {
    const recipe = nodeRecipe(something, '[parameters]\nCHANNEL = "stable"\n');
    const { rerun } = await make(t, recipe.replace('[build]', '[build]\nclock = 1234'), plain);
    await rerun();
    for (const [at, change] of overrides)
      await assert.rejects(rerun(change), refusal('order.mismatch', at), JSON.stringify(change));
  });

  test('but not for its clock, where the recipe leaves it to the commit', async (t) => {
    const { rerun, produced } = await make(t, nodeRecipe(something), plain);
    assert.equal((await rerun({ clock: produced.order.clock + 1 })).digest, produced.result.digest);
  });

  test('without the sandbox that its recipe demands, whatever the order says', async (t) => {
    const recipe = nodeRecipe(something).replace('[build]', '[build]\nsandbox = "required"');
    await assert.rejects(make(t, recipe, plain), refusal('sandbox.required'));
  });

  test('with a material that nothing asks for', async (t) => {
    const { rerun } = await make(t, nodeRecipe(something), plain);
    const material = {
      id: 'npm:x@1.0.0',
      kind: 'npm',
      name: 'x',
      version: '1.0.0',
      integrity: `sha512-${'A'.repeat(86)}==`,
      sha256: digestOf('x'),
      size: 1,
      opaque: false,
    } as const;
    await assert.rejects(rerun({}, { materials: [material] }), refusal('material.mismatch', 'npm:x@1.0.0'));
  });

  test('whose source is not whole in the store', async (t) => {
    const { rerun, vendor } = await make(t, nodeRecipe(something), plain);
    const empty = makeVendor(join(temporaryDirectory(t), 'empty'));
    await assert.rejects(rerun({}, { source: empty.source }), refusal('store.missing'));
    assert.ok(existsSync(vendor.source.path(digestOf('input\n'))));
  });
});
