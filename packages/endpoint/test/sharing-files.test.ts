// What the sharing folder keeps: a queue and a chain that survive what a disk and a kill leave of them.

import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { formatTime } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import {
  newReportId,
  observationsAtOnce,
  requireChain,
  type Observation,
  type OwnBody,
} from '@vitrine/reports';
import { temporaryDirectory } from '@vitrine/testkit';
import { OwnLedgerFile, readOwnLedger } from '../src/sharing/ledger.ts';
import { Queue } from '../src/sharing/queue.ts';
import { Samples } from '../src/sharing/samples.ts';
import { factsOf, formatOf, walk, type Skipped } from '../src/sharing/walk.ts';

const now = 1_795_000_000;
let made = 0;
const seen = (name = `file ${++made}`): Observation => ({
  kind: 'file-seen',
  facts: {
    object: sha256Hex(Buffer.from(name)),
    size: name.length,
    format: 'other',
    seen: formatTime(now).slice(0, 10),
    arrived: 'unknown',
  },
  personal: { name },
});

test('the queue gives back what was added, in order, in reports of at most fifty', async (t) => {
  const dir = temporaryDirectory(t);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 130 }), { maxLength: 6 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      async (sizes, takes) => {
        const path = join(dir, String(++run));
        mkdirSync(path);
        const [added, taken]: [Observation[], Observation[]] = [[], []];
        const take = async (): Promise<boolean> => {
          // Another process each time: all that counts is on the disk.
          const queue = new Queue(path);
          const batch = await queue.take();
          if (batch === undefined) return false;
          assert.ok(batch.observations.length <= observationsAtOnce);
          taken.push(...batch.observations);
          await queue.remove(batch.names);
          return true;
        };
        for (const [i, size] of sizes.entries()) {
          const more = Array.from({ length: size }, () => seen());
          await new Queue(path).add(more);
          added.push(...more);
          assert.equal(await new Queue(path).count(), added.length - taken.length);
          if (takes[i] === true) await take();
        }
        while (await take());
        assert.deepEqual(taken, added);
      },
    ),
    { numRuns: 15 },
  );
});

test('a queue that is full refuses what comes as a whole, and keeps what it has', async (t) => {
  const path = temporaryDirectory(t);
  const queue = new Queue(path, { observations: 100, bytes: 1 << 20 });
  await queue.add(Array.from({ length: 99 }, () => seen()));
  await assert.rejects(queue.add([seen(), seen()]), { code: 'endpoint.queue-full' });
  assert.equal(await queue.count(), 99);
  const small = new Queue(path, { observations: 1_000, bytes: 1_024 });
  await assert.rejects(small.add([seen()]), { code: 'endpoint.queue-full' });
  await queue.add([seen()]);
  assert.equal(await queue.count(), 100);
});

test('a narrower consent takes out of the queue what it does not share', async (t) => {
  const path = temporaryDirectory(t);
  const queue = new Queue(path);
  const kept = Array.from({ length: 70 }, () => seen());
  await queue.add(kept.flatMap((one, i) => (i % 3 === 0 ? [one, seen('not this')] : [one])));
  const removed = await queue.filter(({ personal }) => (personal as { name: string }).name !== 'not this');
  assert.equal(removed, 24);
  const left: Observation[] = [];
  for await (const one of queue.each()) left.push(one);
  assert.deepEqual(left, kept);
});

const refused = (): OwnBody => ({
  type: 'refused',
  report: newReportId(),
  status: 422,
  code: 'consent.field',
});

test('the own ledger is one chain, whoever appended to it, and whatever a killed run left at its end', async (t) => {
  const dir = temporaryDirectory(t);
  let run = 0;
  const rest = fc.oneof(
    fc.constant(''),
    fc.constant('{"at":"2026-11-2'),
    fc.string({ maxLength: 40 }).map((text) => text.replaceAll('\n', '')),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), rest), { minLength: 1, maxLength: 8 }),
      async (runs) => {
        const path = join(dir, `${++run}.jsonl`);
        const reports: string[] = [];
        for (const [count, left] of runs) {
          const file = await OwnLedgerFile.open(path);
          const bodies = Array.from({ length: count }, refused);
          await file.append(now, ...bodies);
          await file.close();
          reports.push(...bodies.map((body) => (body as { report: string }).report));
          appendFileSync(path, left); // Never acknowledged.
        }
        const entries = await readOwnLedger(path);
        assert.deepEqual(
          entries.map((entry) => (entry as { report: string }).report),
          reports,
        );
        requireChain(entries, 0);
      },
    ),
    { numRuns: 40 },
  );
});

test('a ledger that was altered, shortened in the middle or mixed up is refused, never mended', async (t) => {
  const path = join(temporaryDirectory(t), 'ledger.jsonl');
  const file = await OwnLedgerFile.open(path);
  await file.append(now, refused(), refused(), refused());
  await file.close();
  const whole = readFileSync(path, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const [first = '', second = '', third = ''] = lines;
  for (const wrong of [
    [first, third],
    [second, first, third],
    [first.replace('422', '421'), second, third],
    [first, second.replace('}', ',"more":1}'), third],
    ['', first, second, third],
    [first, second, 'null'],
  ]) {
    writeFileSync(path, `${wrong.join('\n')}\n`);
    await assert.rejects(readOwnLedger(path), { code: 'endpoint.ledger' });
  }
  // What was cut off at the end cannot be told from what was never there; the line that was cut is no entry.
  writeFileSync(path, whole);
  truncateSync(path, whole.length - 10);
  assert.equal((await readOwnLedger(path)).length, 2);
  assert.equal((await readOwnLedger(join(path, '..', 'none'))).length, 0);
});

test('entries longer than one reading are found at the end of the file', async (t) => {
  const path = join(temporaryDirectory(t), 'ledger.jsonl');
  const missing = Array.from({ length: 10_000 }, (_, i) => sha256Hex(Buffer.from(String(i))));
  const large = {
    type: 'export',
    center: 'zurich',
    request: missing[0] as string,
    records: 0,
    missing,
  } as const;
  for (const body of [refused(), large, refused(), large, large]) {
    const file = await OwnLedgerFile.open(path);
    await file.append(now, body);
    await file.close();
  }
  requireChain(await readOwnLedger(path), 0);
  assert.equal((await readOwnLedger(path)).length, 5);
});

test('a walk takes regular files alone, in order, and says what it passed by', async (t) => {
  const dir = temporaryDirectory(t);
  mkdirSync(join(dir, 'b', 'c'), { recursive: true });
  mkdirSync(join(dir, 'own', 'sharing'), { recursive: true });
  for (const name of ['z', 'a', 'b/x', 'b/c/y', 'own/sharing/recovery.secret'])
    writeFileSync(join(dir, name), name);
  writeFileSync(join(dir, 'large'), Buffer.alloc(2_000));
  const passed: Partial<Record<Skipped, number>> = {};
  const skip = (why: Skipped): void => void (passed[why] = (passed[why] ?? 0) + 1);
  const walked = async (limits: Parameters<typeof walk>[3]): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { path } of walk([dir], join(dir, 'own'), skip, limits))
      found.push(path.slice(dir.length + 1));
    return found;
  };
  const limits = { files: 100, depth: 10, fileBytes: 1_000 };
  assert.deepEqual(await walked(limits), ['a', join('b', 'c', 'y'), join('b', 'x'), 'z']);
  assert.deepEqual({ ...passed }, { 'too-large': 1, own: 1 });
  assert.deepEqual(await walked({ ...limits, depth: 2 }), ['a', join('b', 'x'), 'z']);
  assert.deepEqual(await walked({ ...limits, files: 2 }), ['a', join('b', 'c', 'y')]);
  assert.equal(passed['too-deep'], 1);
  assert.equal(await factsOf(join(dir, 'large'), 1_000), undefined);
  assert.equal(await factsOf(join(dir, 'none'), 1_000), undefined);
  await assert.rejects(walk([join(dir, 'none')], dir, skip, limits).next(), { code: 'file.missing' });
});

test('the format of a file is told by its first bytes', () => {
  const formats: readonly (readonly [string, string])[] = [
    ['MZ\u0090', 'pe'],
    ['\u007fELF', 'elf'],
    ['dex\n035', 'dex'],
    ['#!/bin/sh', 'script'],
    ['%PDF-1.7', 'document'],
    ['PK\u0003\u0004', 'archive'],
    ['Dear all', 'other'],
    ['', 'other'],
  ];
  for (const [head, format] of formats) assert.equal(formatOf(Buffer.from(head, 'latin1')), format, head);
});

test('a sample is what was copied, even if the file changes, and goes on where it stopped', async (t) => {
  const dir = temporaryDirectory(t);
  const path = join(dir, 'samples');
  mkdirSync(path);
  const file = join(dir, 'a.exe');
  const content = Buffer.alloc(600_000, 3);
  content.write('MZ');
  writeFileSync(file, content);
  await assert.rejects(new Samples(path, { samples: 4, bytes: 500_000 }).add(file, now, false), {
    code: 'endpoint.queue-full',
  });
  assert.equal(await new Samples(path).add(file, now, false), 'added');
  writeFileSync(file, 'changed');
  assert.equal(await new Samples(path).count(), 1);
  const pieces: Buffer[] = [];
  for (let i = 0; ; i++) {
    const samples = new Samples(path);
    const piece = await samples.take();
    if (piece === undefined) break;
    assert.equal(piece.piece, i);
    assert.deepEqual((await samples.take())?.observation, piece.observation);
    pieces.push(Buffer.from((piece.observation.personal as { data: string }).data, 'base64'));
    await samples.advance(piece);
    await samples.advance(piece); // A run that was killed does it again.
  }
  assert.ok(Buffer.concat(pieces).equals(content));
  assert.deepEqual(readdirSync(path), []);
  writeFileSync(file, '%PDF');
  await assert.rejects(new Samples(path).add(file, now, false), { code: 'endpoint.file-yes' });
  writeFileSync(file, '');
  await assert.rejects(new Samples(path).add(file, now, true), { code: 'endpoint.sample' });
  assert.deepEqual(readdirSync(path), []);
});
