// Follows a log until it is killed: node follow-child.ts FOLDER LOG POLICY ROOT
import { readFileSync } from 'node:fs';
import { loadPolicy } from '@vitrine/evidence';
import { systemClock } from '@vitrine/host';
import { openFollowing } from '../src/follow/index.ts';

const [folder = '', log = '', policyFile = '', rootFile = ''] = process.argv.slice(2);
const policy = await loadPolicy(readFileSync(policyFile), readFileSync(rootFile));
const following = await openFollowing({
  folder,
  log,
  policy,
  supervisors: [],
  clock: systemClock,
  pollMs: 5,
});
process.stdout.write('following\n');
await following.start();
