// npm run bench tuf: what an endpoint pays for metadata. The stock models are measured at a smaller size,
// because their time grows with the square of the number of targets: the ratio at full size is far larger.

import { Metadata, MetadataKind } from '@tufjs/models';
import { fromUtf8, isVitrineError, toHex, utf8 } from '@vitrine/evidence';
import { sha256, sha256Hex, verifySignatureHere } from '@vitrine/host';
import {
  makeUpdates,
  signedBy,
  UpdateClient,
  updateHolders,
  updateTargetsPlan,
  worldTime,
} from '@vitrine/testkit';
import { parseTargets, refresh, requireThreshold } from '@vitrine/tuf';
import { draftRole, draftTargets, type PlannedTarget } from '@vitrine/tuf/repository';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Report } from '../tools/bench-types.ts';

const many = 16_384;
const few = 2_000;

const tuf: Benchmark = async (report) => {
  const top = await signedBy(draftTargets(updateTargetsPlan()), updateHolders.root);
  const large = await roleOf(many);
  const small = await roleOf(few);
  await fullSize(report, top, large);
  await against(report, top, small);
  await unsignedRoot(report);
  await nothingNew(report);
};

export default tuf;

type Loose = Parameters<typeof Metadata.fromJSON>[1];

function roleOf(count: number): Promise<Uint8Array> {
  const targets: Record<string, PlannedTarget> = {};
  for (let i = 0; i < count; i++) {
    const custom = { vitrine: { sequence: i + 1, version: `0.1.${i}` } };
    targets[`agent/stable/any/part-${i}.bin`] = {
      length: 1_000 + i,
      sha256: sha256Hex(utf8(`${i}`)),
      custom,
    };
  }
  const { vendorRole, cosignerA } = updateHolders;
  return signedBy(draftRole({ version: 1, expires: worldTime + 86_400, targets }), [vendorRole, cosignerA]);
}

/** The client's own way: parse within bounds, canonical form of the signed part, two signatures. */
async function judge(top: Uint8Array, role: Uint8Array): Promise<void> {
  const [delegation] = parseTargets(top, { sha256 }).signed.delegations;
  if (delegation === undefined) throw new Error('nothing is delegated');
  const parsed = parseTargets(role, { sha256 });
  await requireThreshold('agent-stable', parsed, delegation, verifySignatureHere);
}

function judgeByModels(top: Uint8Array, role: Uint8Array): void {
  const read = (bytes: Uint8Array): Metadata<never> =>
    Metadata.fromJSON(MetadataKind.Targets, JSON.parse(fromUtf8(bytes)) as Loose) as Metadata<never>;
  read(top).verifyDelegate('agent-stable', read(role));
}

async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function median(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) times.push(await timeOf(work));
  return times.toSorted((a, b) => a - b)[runs >> 1] ?? Number.NaN;
}

async function fullSize(report: Report, top: Uint8Array, role: Uint8Array): Promise<void> {
  const what = `${many} targets, ${(role.length / 1e6).toFixed(1)} MB, parsed and verified`;
  const first = await timeOf(() => judge(top, role));
  report({ name: `${what}, the first time`, value: first, unit: 'ms', goal: 300, better: 'lower' });
  const value = await median(7, () => judge(top, role));
  report({ name: what, value, unit: 'ms', goal: 300, better: 'lower' });
  const floor = await median(7, () => JSON.parse(fromUtf8(role)) as unknown);
  report({ name: 'of which bare JSON.parse', value: floor, unit: 'ms', goal: null, better: 'lower' });
}

async function against(report: Report, top: Uint8Array, role: Uint8Array): Promise<void> {
  const ours = await median(7, () => judge(top, role));
  const theirs = await median(1, () => judgeByModels(top, role));
  report({ name: `${few} targets`, value: ours, unit: 'ms', goal: null, better: 'lower' });
  report({
    name: `${few} targets, tuf-js (@tufjs/models)`,
    value: theirs,
    unit: 'ms',
    goal: null,
    better: 'lower',
  });
  report({
    name: `faster than tuf-js at ${few} targets`,
    value: theirs / ours,
    unit: '×',
    goal: 10,
    better: 'higher',
  });
}

/** What any mirror can send before a signature is looked at: as many keys as fit into the size of a root. */
async function unsignedRoot(report: Report): Promise<void> {
  await inFolder(async (folder) => {
    const { root } = await makeUpdates(folder);
    const file = JSON.parse(fromUtf8(root)) as { signed: { keys: Record<string, unknown> } };
    const [key] = Object.values(file.signed.keys);
    const each = JSON.stringify(key).length + 70;
    const room = Math.floor((512_000 - root.length) / each);
    for (let i = 0; i < room; i++) file.signed.keys[toHex(sha256(utf8(`key ${i}`)))] = key;
    const hostile = utf8(JSON.stringify(file));
    if (hostile.length < 480_000 || hostile.length > 512_000) throw new Error(`${hostile.length} bytes`);
    const client = new UpdateClient(folder, root);
    const fetcher = { fetch: () => Promise.resolve(hostile) };
    const value = await median(7, async () => {
      const refused = await refresh(client.options({ fetcher })).catch(isVitrineError);
      if (refused !== true) throw new Error('a hostile root was not refused');
    });
    report({
      name: 'refuse an unsigned root full of keys, 512 kB',
      value,
      unit: 'ms',
      goal: 50,
      better: 'lower',
    });
  });
}

async function nothingNew(report: Report): Promise<void> {
  await inFolder(async (folder) => {
    const { root } = await makeUpdates(folder);
    const client = new UpdateClient(folder, root);
    await refresh(client.options());
    client.fetched.length = 0;
    const value = await median(51, () => refresh(client.options()));
    report({
      name: 'refresh with nothing new, from a folder',
      value,
      unit: 'ms',
      goal: null,
      better: 'lower',
    });
    const requests = client.fetched.length / 51;
    report({
      name: 'requests of a refresh with nothing new',
      value: requests,
      unit: '',
      goal: 2,
      better: 'lower',
    });
  });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-bench-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
