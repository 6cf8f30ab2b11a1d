// npm run soak parsers: a million broken variants of valid inputs per parser (--count for another number).

import { evidenceParsers, updateParsers } from '@vitrine/testkit';
import type { Soak } from '../tools/bench-types.ts';

const parsers: Soak = async ({ count = 1_000_000, log }) => {
  for (const { name, refuses } of [...(await evidenceParsers()), ...(await updateParsers())]) {
    const start = performance.now();
    const { accepted, refused, codes } = await refuses(count);
    const seconds = (performance.now() - start) / 1000;
    log(`${name}: ${refused} refused by ${codes.size} codes, ${accepted} read, ${seconds.toFixed(1)} s`);
  }
};

export default parsers;
