import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
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
import {
  build,
  chooseSandbox,
  hostPlatform,
  type BuildInputs,
  type BuildResult,
  type Produced,
  type Sandbox,
} from '../src/index.ts';
import {
  commitAll,
  digestOf,
  makeRepository,
  makeVendor,
  memoryLog,
  produceTiny,
  refusal,
  shellRecipe,
  writeFiles,
  type Vendor,
} from './helpers.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const { sandbox: plain } = await chooseSandbox('none');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;

/** Writes what differs between machines, as far as the frame lets it differ, next to the source. */
const script =
  'cat in.txt > "$OUT/tiny.txt"; { umask; echo $TZ $LC_ALL $SOURCE_DATE_EPOCH $CHANNEL; date +%Z; ls -A; { ls -A "$HOME"; ls -A "$TMPDIR"; } | wc -w; stat -c %Y in.txt; } >> "$OUT/tiny.txt"';

interface Made {
  readonly vendor: Vendor;
  readonly produced: Produced;
  readonly repository: string;
  readonly rerun: (order?: Partial<Order>, inputs?: Partial<BuildInputs>) => Promise<BuildResult>;
}

async function make(
  t: TestContext,
  recipe: string,
  sandbox: Sandbox = plain,
  input = 'input\n',
): Promise<Made> {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'repository');
  makeRepository(repository, { 'conveyor.toml': recipe, 'in.txt': input });
  const vendor = makeVendor(join(folder, 'vendor'));
  const produced = await produceTiny(repository, vendor, memoryLog(), sandbox);
  const rerun: Made['rerun'] = (order, inputs) =>
    build(
      { ...produced.order, ...order },
      {
        tree: produced.tree.listing,
        materials: [],
        source: vendor.source,
        blobs: vendor.blobs,
        sandbox,
        ...inputs,
      },
    );
  return { vendor, produced, repository, rerun };
}

async function text({ vendor }: Made, { manifest }: BuildResult): Promise<string> {
  const [output] = manifest.outputs;
  return Buffer.from(await vendor.blobs.get(output?.sha256 ?? '', { maxBytes: 10_000 })).toString('utf8');
}

describe('a build', () => {
  test('gives its outputs, the manifest and three statements that fit together', async (t) => {
    const made = await make(t, shellRecipe(script, '[parameters]\nCHANNEL = "stable"\n'));
    const { produced, vendor } = made;
    const { result, statements, order, tree } = produced;
    assert.equal(
      await text(made, result),
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

  test('isolated and not isolated gives the same bytes', { skip }, async (t) => {
    const { produced, rerun } = await make(t, shellRecipe(script));
    const isolated = await rerun({}, { sandbox: auto });
    assert.deepEqual([isolated.digest, isolated.isolation], [produced.result.digest, 'bubblewrap']);
  });

  test('at another time, in another zone, locale and umask gives the same bytes', async (t) => {
    const { produced, rerun } = await make(t, shellRecipe(script));
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
    const made = await make(t, shellRecipe(script));
    writeFiles(made.repository, { 'in.txt': 'altered\n' });
    commitAll(made.repository);
    const again = await produceTiny(made.repository, made.vendor, memoryLog(), plain);
    assert.notEqual(again.result.digest, made.produced.result.digest);
  });

  test('runs in the folder of its recipe, at a clock that it names, with a version from package.json', async (t) => {
    const folder = temporaryDirectory(t);
    const recipe = shellRecipe('cat package.json > $OUT/tiny.txt; echo $SOURCE_DATE_EPOCH >> $OUT/tiny.txt')
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

  test('leaves no folder behind, not even a read-only one', async (t) => {
    const folders = (): number =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('vitrine-build-')).length;
    const before = folders();
    await make(t, shellRecipe('mkdir -p a/b; touch a/b/c; chmod 500 a/b a; echo > $OUT/tiny.txt'));
    assert.ok(folders() <= before);
  });
});

describe('a build fails', () => {
  const failures: readonly (readonly [string, string, string, string?])[] = [
    ['when its command does', 'echo no such thing >&2; exit 3', 'build.command'],
    ['when it writes no output', 'true', 'output.missing'],
    ['when its output is a link out', 'ln -s /etc/hostname $OUT/tiny.txt', 'output.link'],
    ['when its output is empty', ': > $OUT/tiny.txt', 'output.empty'],
    ['when it writes more than is listed', 'echo > $OUT/tiny.txt; echo > $OUT/more', 'output.unlisted'],
    ['when it takes too long', 'sleep 20', 'build.time-limit', 'seconds = 1'],
    [
      'when its outputs are too large',
      'head -c 101 /dev/zero > $OUT/tiny.txt',
      'output.size-limit',
      'output-bytes = 100',
    ],
    [
      'when it prints too much',
      'head -c 2000 /dev/zero | tr "\\\\0" x; echo > $OUT/tiny.txt',
      'build.log-limit',
      'log-bytes = 1000',
    ],
    [
      'when it makes one file too long',
      'head -c 200000 /dev/zero > big; echo > $OUT/tiny.txt',
      'build.disk-limit',
      'disk-bytes = 100000',
    ],
    [
      'when it writes too many files',
      'for i in 1 2 3 4 5 6 7; do echo > file$i; done; echo > $OUT/tiny.txt',
      'build.file-limit',
      'files = 7',
    ],
    [
      'when it writes too much in all',
      'for i in 1 2 3; do head -c 40000 /dev/zero > $TMPDIR/$i; done; echo > $OUT/tiny.txt',
      'build.disk-limit',
      'disk-bytes = 100000',
    ],
    [
      'when too many run at one time',
      'i=0; while [ $i -lt 30 ]; do sleep 60 & i=$((i+1)); done; wait; echo > $OUT/tiny.txt',
      'build.process-limit',
      'processes = 20',
    ],
    [
      'when it needs too much memory',
      'x=0123456789abcdef; while :; do x=$x$x; done',
      'build.memory-limit',
      'memory-bytes = 50000000',
    ],
    ['when it leaves something running', 'sleep 60 & echo > $OUT/tiny.txt', 'build.left-running'],
    ['when its command does not exist', 'exec /nonexistent', 'build.command'],
  ];
  for (const [when, command, code, limit] of failures) {
    for (const [how, sandbox, skipped] of [
      ['', plain, false],
      [', isolated', auto, skip],
    ] as const) {
      test(`${when}${how}`, { skip: skipped }, async (t) => {
        const recipe = shellRecipe(
          command.replaceAll('\\\\', '\\'),
          limit === undefined ? '' : `[limits]\n${limit}\n`,
        );
        await assert.rejects(make(t, recipe, sandbox), refusal(code));
      });
    }
  }

  test('when, without a sandbox, it writes to what it was given', async (t) => {
    // Nobody else is told where that is.
    const recipe = shellRecipe('echo > ${OUT%/out}/materials/x; echo > $OUT/tiny.txt');
    await assert.rejects(make(t, recipe), refusal('build.inputs-altered'));
  });

  const reasons: readonly (readonly [string, string, string])[] = [
    ['needs a network', 'echo connect ENETUNREACH 192.0.2.1:80 >&2; exit 1', 'build.network'],
    ['writes where it may only read', 'echo > /usr/x', 'build.read-only'],
  ];
  for (const [what, command, code] of reasons) {
    test(`and says so where its log shows that it ${what}, isolated`, { skip }, async (t) => {
      await assert.rejects(make(t, shellRecipe(command), auto), refusal(code));
    });
  }

  test('as any other does where there is a network but it says otherwise', async (t) => {
    await assert.rejects(make(t, shellRecipe('echo ENETUNREACH; exit 1')), refusal('build.command'));
  });

  test('and tells its log', async (t) => {
    const folder = temporaryDirectory(t);
    makeRepository(join(folder, 'r'), { 'conveyor.toml': shellRecipe('echo the reason; exit 1') });
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
      const { rerun } = await make(t, shellRecipe('echo > $OUT/tiny.txt'));
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
    const recipe = shellRecipe('echo > $OUT/tiny.txt', '[parameters]\nCHANNEL = "stable"\n');
    const { rerun } = await make(t, recipe.replace('[build]', '[build]\nclock = 1234'));
    await rerun();
    for (const [at, change] of overrides)
      await assert.rejects(rerun(change), refusal('order.mismatch', at), JSON.stringify(change));
  });

  test('but not for its clock, where the recipe leaves it to the commit', async (t) => {
    const { rerun, produced } = await make(t, shellRecipe('echo > $OUT/tiny.txt'));
    assert.equal((await rerun({ clock: produced.order.clock + 1 })).digest, produced.result.digest);
  });

  test('without the sandbox that its recipe demands, whatever the order says', async (t) => {
    const recipe = shellRecipe('echo > $OUT/tiny.txt').replace('[build]', '[build]\nsandbox = "required"');
    await assert.rejects(make(t, recipe), refusal('sandbox.required'));
  });

  test('that does without the sandbox its recipe demands', { skip }, async (t) => {
    const recipe = shellRecipe('echo > $OUT/tiny.txt').replace('[build]', '[build]\nsandbox = "required"');
    const { rerun, produced } = await make(t, recipe, auto);
    assert.equal(produced.order.environment.sandbox, true);
    const environment = { ...produced.order.environment, sandbox: false };
    await assert.rejects(rerun({ environment }, { sandbox: plain }), refusal('order.mismatch', 'sandbox'));
    await assert.rejects(rerun({}, { sandbox: plain }), refusal('sandbox.required'));
  });

  test('with a material that nothing asks for', async (t) => {
    const { rerun } = await make(t, shellRecipe('echo > $OUT/tiny.txt'));
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
    const { rerun, vendor } = await make(t, shellRecipe('echo > $OUT/tiny.txt'));
    const empty = makeVendor(join(temporaryDirectory(t), 'empty'));
    await assert.rejects(rerun({}, { source: empty.source }), refusal('store.missing'));
    assert.ok(existsSync(vendor.source.path(digestOf('input\n'))));
  });
});
