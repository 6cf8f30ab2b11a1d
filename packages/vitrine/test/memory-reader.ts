// A log in memory as its readers see it: cosigned by the world's witnesses, verified under its policy.

import { fromBase64, utf8 } from '@vitrine/evidence';
import { headRulesOf, verifyHead, type LogReader } from '@vitrine/log';
import type { World } from '@vitrine/testkit';

export async function memoryReader(world: Pick<World, 'log' | 'policy' | 'checkpoint'>): Promise<LogReader> {
  const { log, policy } = world;
  const look = async (): ReturnType<LogReader['refresh']> =>
    verifyHead(utf8(await world.checkpoint()), headRulesOf(policy));
  let head = await look();
  const reader: Pick<LogReader, 'head' | 'refresh' | 'entries' | 'inclusion'> = {
    head: () => head,
    refresh: async () => (head = await look()),
    async *entries(start, end) {
      for (let index = start; index < end; index++) yield { index, entry: log.entries[index] as Uint8Array };
    },
    inclusion: async (index, size = head.checkpoint.size) => (await log.path(index, size)).map(fromBase64),
  };
  return reader as LogReader;
}
