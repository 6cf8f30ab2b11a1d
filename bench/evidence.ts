// npm run bench evidence: the verdict in this process and as a process, the largest evidence file, and
// Merkle proofs against the floor of bare hashing.

import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  formatEvidence,
  leafHash,
  nodeHash,
  parseEvidence,
  purePlatform,
  toBase64,
  utf8,
  verifyFiles,
  verifyInclusion,
  type EvidenceFile,
  type Platform,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { makeWorld, repositoryRoot, worldTime, type World } from '@vitrine/testkit';
import type { Benchmark, Report } from '../tools/bench-types.ts';

const nodePlatform: Platform = { sha256, verifySignature };

const evidence: Benchmark = async (report) => {
  await verdictInProcess(report);
  await verdictAsProcess(report);
  await maximalEvidence(report);
  inclusion(report);
};

export default evidence;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

async function timesOf(runs: number, work: () => unknown): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

/** Two witnesses, two rebuilds, a publication; the artifact is hashed already. Policy and root are loaded each time. */
async function verdictInProcess(report: Report): Promise<void> {
  const world = await makeWorld();
  const publication = await world.publish();
  const { artifact, policyBytes: policy, root } = world;
  const question = { artifact, evidence: await world.evidence(), publication, policy, root, now: worldTime };
  for (const [name, platform] of [
    ['node:crypto', nodePlatform],
    ['WebCrypto and own SHA-256', purePlatform],
  ] as const) {
    const judge = async (): Promise<void> => {
      const { verdict } = await verifyFiles(question, platform);
      if (verdict !== 'accepted') throw new Error(`the verdict is ${verdict}`);
    };
    const [first = Number.NaN] = await timesOf(1, judge);
    report({ name: `first verdict, ${name}`, value: first, unit: 'ms', goal: null, better: 'lower' });
    await timesOf(50, judge);
    const value = median(await timesOf(200, judge));
    report({ name: `verdict, ${name}`, value, unit: 'ms', goal: 10, better: 'lower' });
  }
}

const megabytes = 10;
const bareHashing = `
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
const digest = createHash('sha256');
for await (const chunk of createReadStream(process.argv[2], { highWaterMark: 1 << 20 })) digest.update(chunk);
process.stdout.write(digest.digest('hex') + '\\n');
`;

/** Whole processes on the same file, in turn, so that what else the machine does hits all alike. */
async function verdictAsProcess(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-bench-'));
  try {
    const artifact = new Uint8Array(megabytes << 20).map((_, i) => i * 31 + (i >> 8));
    const files = await writeWorld(folder, await makeWorld({ artifact }));
    const hashing = join(folder, 'hash.mjs');
    writeFileSync(hashing, bareHashing);
    const programs: readonly (readonly [string, readonly string[]])[] = [
      ['bare', [hashing, files.artifact]],
      [
        'vitrine verify',
        [join(repositoryRoot, 'packages/vitrine/src/start.mjs'), 'verify', ...files.arguments],
      ],
      ['verifier.mjs', [buildVerifier(folder), ...files.arguments]],
    ];
    const times = new Map<string, number[]>(programs.map(([name]) => [name, []]));
    for (let round = -2; round < 15; round++) {
      for (const [name, args] of programs) {
        const ms = runTime(args);
        if (round >= 0) times.get(name)?.push(ms); // The first rounds fill the compile cache.
      }
    }
    const floor = median(times.get('bare') ?? []);
    report({
      name: `bare hashing of ${megabytes} MB`,
      value: floor,
      unit: 'ms',
      goal: null,
      better: 'lower',
    });
    for (const name of ['vitrine verify', 'verifier.mjs']) {
      const value = median(times.get(name) ?? []) - floor;
      report({ name: `${name}, beyond bare hashing`, value, unit: 'ms', goal: 80, better: 'lower' });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeWorld(
  folder: string,
  world: World,
): Promise<{ readonly artifact: string; readonly arguments: readonly string[] }> {
  const write = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const artifact = write('artifact', world.artifact.bytes);
  const options = {
    '--publication': write('publication.json', await world.publish()),
    '--evidence': write('evidence.json', await world.evidence()),
    '--policy': write('policy.json', world.policyBytes),
    '--root': write('root.json', world.root),
    '--now': '2026-11-24T09:01:00Z',
  };
  return { artifact, arguments: [artifact, ...Object.entries(options).flat()] };
}

function buildVerifier(folder: string): string {
  const build = join(repositoryRoot, 'products/verifier/build.mjs');
  const { status, stderr } = spawnSync(process.execPath, [build], {
    env: { ...process.env, OUT: folder },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`couldn't build the verifier: ${stderr}`);
  return join(folder, 'verifier.mjs');
}

function runTime(args: readonly string[]): number {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${args[0] ?? ''} ended with ${String(status)}: ${stdout}${stderr}`);
  return ms;
}

/** As many statements as an evidence file holds, in as many bytes as it may have. */
async function maximalEvidence(report: Report): Promise<void> {
  const world = await makeWorld();
  const file = JSON.parse(new TextDecoder().decode(await world.evidence())) as EvidenceFile;
  const path = Array.from({ length: 53 }, (_, i) => toBase64(leafHash(utf8(`sibling ${i}`), sha256)));
  const [first] = file.statements;
  if (first === undefined) throw new Error('the world has no statement');
  const statements = Array.from({ length: 256 }, (_, index) => ({ ...first, index, path }));
  const bytes = formatEvidence({ ...file, statements });
  if (bytes.length < 500_000) throw new Error(`only ${bytes.length} bytes of evidence`);
  await timesOf(3, () => parseEvidence(bytes));
  const value = median(await timesOf(15, () => parseEvidence(bytes)));
  const name = `parse 256 statements, ${(bytes.length / 1024).toFixed(0)} kB`;
  report({ name, value, unit: 'ms', goal: null, better: 'lower' });
}

/** Paths of twenty hashes (a million entries), against hashing as many nodes and nothing else. */
function inclusion(report: Report): void {
  const size = 1 << 20;
  const siblings = Array.from({ length: 20 }, (_, i) => leafHash(utf8(`sibling ${i}`), sha256));
  const leaf = leafHash(utf8('leaf'), sha256);
  const root = siblings.reduce((node, sibling) => nodeHash(node, sibling, sha256), leaf);
  const node = new Uint8Array(65);
  const rate = (work: () => void): number => {
    for (let i = 0; i < 2000; i++) work();
    const start = performance.now();
    let done = 0;
    while (performance.now() - start < 500) for (let i = 0; i < 500; i++, done++) work();
    return (done / (performance.now() - start)) * 1000;
  };
  const floor = rate(() => {
    // As text, because that is how Node gives a digest fastest.
    for (let i = 0; i < siblings.length; i++) hash('sha256', node, 'hex');
  });
  const verified = rate(() => verifyInclusion(siblings, 0, size, leaf, root, sha256));
  report({
    name: 'inclusion proofs of 20 hashes',
    value: verified,
    unit: '/s',
    goal: null,
    better: 'higher',
  });
  report({
    name: 'of the floor of bare hashing',
    value: verified / floor,
    unit: '',
    goal: 0.5,
    better: 'higher',
  });
}
