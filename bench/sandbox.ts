// What the sandbox costs: its start, a command in it, and a whole build of this repository's verifier. Inside
// and outside take turns, and the fastest of each counts: what others do on the machine only adds.

import { link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  build,
  chooseSandbox,
  openMaterialCache,
  produce,
  type BuildFolders,
  type Sandbox,
} from '@vitrine/conveyor';
import { openStore } from '@vitrine/host';
import { repositoryRoot, testSigner } from '@vitrine/testkit';
import type { Report } from '../tools/bench-types.ts';

export default async function (report: Report): Promise<void> {
  const { sandbox, why } = await chooseSandbox('auto');
  if (why !== undefined) throw new Error(`there is no sandbox to measure: ${why}`);
  const { sandbox: plain } = await chooseSandbox('none');
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  try {
    const folders = await makeFolders(join(folder, 'step'));
    await benchStart(sandbox, plain, folders, report);
    await benchCommand(sandbox, plain, folders, report);
    await benchBuild(sandbox, plain, folder, report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchStart(
  sandbox: Sandbox,
  plain: Sandbox,
  folders: BuildFolders,
  report: Report,
): Promise<void> {
  const times = await inTurns(30, [sandbox, plain], (one) => step(one, folders, ['/bin/true']));
  report({
    name: 'step that does nothing, outside',
    value: Math.min(...times[1]),
    unit: 'ms',
    goal: null,
    better: 'lower',
  });
  report({
    name: 'step that does nothing, inside',
    value: Math.min(...times[0]),
    unit: 'ms',
    goal: 30,
    better: 'lower',
  });
}

/** Some seconds of what builds do: many small files, compression, hashing. */
const work = `const fs = require('node:fs'), { createHash } = require('node:crypto'), zlib = require('node:zlib');
  fs.rmSync('work', { recursive: true, force: true }); fs.mkdirSync('work');
  let text = 'vitrine'; for (let i = 0; i < 12; i++) text += text + i;
  for (let i = 0; i < 1500; i++) fs.writeFileSync('work/' + i, i + text);
  const hash = createHash('sha256');
  for (const name of fs.readdirSync('work')) hash.update(zlib.deflateSync(fs.readFileSync('work/' + name)));`;

async function benchCommand(
  sandbox: Sandbox,
  plain: Sandbox,
  folders: BuildFolders,
  report: Report,
): Promise<void> {
  await link(process.execPath, join(folders.tools, 'node'));
  const times = await inTurns(7, [sandbox, plain], (one) =>
    step(one, folders, [join(one.inside(folders).tools, 'node'), '-e', work]),
  );
  reportPair('command', times, report);
}

async function benchBuild(sandbox: Sandbox, plain: Sandbox, folder: string, report: Report): Promise<void> {
  for (const name of ['source', 'blob', 'materials']) await mkdir(join(folder, name));
  const [source, blobs] = [openStore(join(folder, 'source')), openStore(join(folder, 'blob'))];
  let entries = 0;
  const { order, tree, materials } = await produce({
    repository: repositoryRoot,
    revision: 'HEAD',
    recipePath: 'products/verifier/conveyor.toml',
    signers: { source: testSigner('source'), order: testSigner('order'), builder: testSigner('builder') },
    builderId: 'https://vendor.example/conveyor',
    log: { append: () => Promise.resolve({ index: entries++ }) },
    source,
    materials: openMaterialCache(blobs, join(folder, 'materials')),
    sandbox,
  });
  const times = await inTurns(5, [sandbox, plain], (one) =>
    build(order, { tree: tree.listing, materials, source, blobs, sandbox: one }),
  );
  reportPair('build of the verifier', times, report);
}

function reportPair(what: string, [inside, outside]: readonly [number[], number[]], report: Report): void {
  report({ name: `${what}, outside`, value: Math.min(...outside), unit: 'ms', goal: null, better: 'lower' });
  report({
    name: `${what}, inside, of outside`,
    value: Math.min(...inside) / Math.min(...outside),
    unit: '×',
    goal: 1.05,
    better: 'lower',
  });
}

/** Milliseconds of each, after one turn that does not count; who begins changes from turn to turn. */
async function inTurns(
  turns: number,
  sandboxes: readonly [Sandbox, Sandbox],
  run: (sandbox: Sandbox) => Promise<unknown>,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let turn = -1; turn < turns; turn++) {
    for (const i of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const started = performance.now();
      await run(sandboxes[i]);
      if (turn >= 0) times[i].push(performance.now() - started);
    }
  }
  return times;
}

async function makeFolders(root: string): Promise<BuildFolders> {
  const make = async (name: string): Promise<string> => {
    await mkdir(join(root, name), { recursive: true });
    return join(root, name);
  };
  return {
    tree: await make('tree'),
    materials: await make('materials'),
    tools: await make('tools'),
    out: await make('out'),
    home: await make('home'),
    temporary: await make('tmp'),
  };
}

async function step(sandbox: Sandbox, folders: BuildFolders, command: readonly string[]): Promise<void> {
  const { code, stopped, log } = await sandbox.run(folders, {
    command,
    folder: '',
    env: { PATH: '/usr/bin:/bin' },
    limits: {
      seconds: 120,
      outputBytes: 1 << 20,
      logBytes: 1 << 20,
      memoryBytes: 2 ** 32,
      processes: 1024,
      files: 200_000,
      diskBytes: 2 ** 32,
    },
    endBy: performance.now() + 120_000,
    placed: { files: 0, bytes: 0 },
  });
  if (code !== 0 || stopped !== undefined)
    throw new Error(stopped?.message ?? `ended with ${String(code)}: ${log}`);
}
