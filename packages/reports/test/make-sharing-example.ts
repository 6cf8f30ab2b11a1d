// node tools/node.mjs packages/reports/test/make-sharing-example.ts: the sharing file of the test world.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnvelope, parseJson, statementIdOf } from '@vitrine/evidence';
import { repositoryRoot } from '@vitrine/testkit';
import { policyOf } from './residency-world.ts';
import { keyOf, sharingWorld } from './sharing-world.ts';

const world = await sharingWorld();
const done = world.logEntry(parseEnvelope(world.log.entries.at(-1) as Uint8Array));
const policy = policyOf({
  milestones: [
    {
      id: 'conveyor-to-zurich',
      what: 'conveyor',
      due: '2026-12-31T00:00:00Z',
      done: statementIdOf(done.envelope),
    },
  ],
});
const file = await world.file({
  policies: [await world.logPolicy(policy)],
  sealingKeys: [await world.logKey(keyOf('zurich')), await world.logKey(keyOf('frankfurt'))],
  milestones: [done],
});
const literal = JSON.stringify(parseJson(file), null, 2);
writeFileSync(
  join(repositoryRoot, 'packages/reports/src/examples/sharing.ts'),
  `// Frozen. Two data centers, proven by the log of the test world; it verifies, and must go on so.\n\nimport type { Json } from '@vitrine/evidence';\n\nexport const sharing: Json = ${literal};\n`,
);
