// Ten million records: what a data center keeps in memory must not grow with what it stores. Reports come over
// HTTP from a process of its own, round after round, each from new subjects; the resident memory of the data
// center, which runs in this process, is looked at after each round.

import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, perReport, serve } from '../bench/custody.ts';
import type { SoakOptions } from '../tools/bench-types.ts';

const reportsOfRound = 2_000;
/** Bytes of disk that one record may take with its share of ledger, keys and indices. */
const diskOfRecord = 3_000;
/** What may come on top of what the first tenth took: the keys of a day are kept for 100,000 subjects. */
const mostGrown = 64 << 20;

/** `count`: records. */
export default async function ({ count = 10_000_000, minutes, log: say }: SoakOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-soak-'));
  try {
    await requireRoom(folder, count * diskOfRecord);
    await using running = await serve(join(folder, 'center'));
    const rounds = Math.ceil(count / (reportsOfRound * perReport));
    const endAt = performance.now() + (minutes ?? Number.POSITIVE_INFINITY) * 60_000;
    const kept: number[] = [];
    let stored = 0;
    for (let round = 0; round < rounds && performance.now() < endAt; round++) {
      const made = Math.floor(Date.now() / 1000);
      const { seconds } = await load(running.url, running.made, {
        name: `round ${made} ${round}`,
        count: reportsOfRound,
        perSecond: 0,
      });
      stored += reportsOfRound * perReport;
      kept.push(process.memoryUsage().rss);
      if ((round + 1) % 10 === 0 || round + 1 === rounds)
        say(
          `${stored} records, ${Math.round((reportsOfRound * perReport) / seconds)}/s; ${mib(kept.at(-1) ?? 0)} MiB resident`,
        );
    }
    await running.center.custody.log.publishNow();
    const proven = running.center.custody.published()?.size ?? 0;
    if (proven !== stored) throw new Error(`${proven} of ${stored} records are in the published ledger`);
    const first = Math.max(...kept.slice(0, Math.max(1, Math.floor(kept.length / 10))));
    const last = Math.max(...kept.slice(-Math.max(1, Math.floor(kept.length / 10))));
    if (last - first > mostGrown)
      throw new Error(`memory grew from ${mib(first)} to ${mib(last)} MiB over ${stored} records`);
    say(`${stored} records: ${mib(first)} MiB resident in the first tenth, ${mib(last)} in the last`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new Error(`${folder} has ${mib(bavail * bsize)} MiB free; this takes ${mib(bytes)}`);
}

function mib(bytes: number): number {
  return Math.round(bytes / (1 << 20));
}
