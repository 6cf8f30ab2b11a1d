// The parsers of `tuf`, with small valid files to break: for `npm test` and `npm run soak parsers`.

import { parseRoot } from '@vitrine/evidence';
import { parseSnapshot, parseTargets, parseTimestamp } from '@vitrine/tuf';
import { disassemble, draftRole, draftSnapshot, draftTargets, draftTimestamp } from '@vitrine/tuf/repository';
import { everyParserRefuses } from './mutations.ts';
import type { ParserUnderTest } from './parsers.ts';
import { nodePlatform } from './platform.ts';
import { signedBy, updateArtifact, updateHolders, updateRootFile, updateTargetsPlan } from './updates.ts';
import { worldTime } from './world.ts';

const { sha256 } = nodePlatform;

export async function updateParsers(): Promise<readonly ParserUnderTest[]> {
  const { root, snapshot, timestamp, vendorRole, cosignerA } = updateHolders;
  const expires = worldTime + 86_400;
  const file = { version: 3, length: 400, sha256: 'ab'.repeat(32) };
  const custom = { vitrine: { sequence: 3, version: '0.1.3' } };
  const targets = { [updateArtifact.path]: { length: 28, sha256: 'cd'.repeat(32), custom } };
  const roles = { targets: file, 'agent-stable': file };

  const parsers: readonly (readonly [
    name: string,
    parse: (bytes: Uint8Array) => unknown,
    ...seeds: Uint8Array[],
  ])[] = [
    ['parseRoot', (bytes) => parseRoot(bytes, sha256), await updateRootFile()],
    [
      'parseTimestamp',
      (bytes) => parseTimestamp(bytes),
      await signedBy(draftTimestamp({ version: 3, expires, snapshot: file }), [timestamp]),
    ],
    [
      'parseSnapshot',
      (bytes) => parseSnapshot(bytes),
      await signedBy(draftSnapshot({ version: 3, expires, roles }), [snapshot]),
    ],
    [
      'parseTargets',
      (bytes) => parseTargets(bytes, { sha256 }),
      await signedBy(draftTargets(updateTargetsPlan(3)), root),
      await signedBy(draftRole({ version: 3, expires, targets }), [vendorRole, cosignerA]),
    ],
    ['disassemble', disassemble, await signedBy(draftRole({ version: 3, expires, targets }), [vendorRole])],
  ];
  return parsers.map(([name, parse, ...seeds]) => ({
    name,
    refuses: (count) => everyParserRefuses(parse, seeds, count),
  }));
}
