// For transcripts: writes the files of the small world into the working folder.

import { writeFileSync } from 'node:fs';
import { formatState } from '@vitrine/evidence';
import { makeWorld } from '@vitrine/testkit';

const world = await makeWorld({ mlDsa: true });
writeFileSync('artifact', world.artifact.bytes);
writeFileSync('evidence.json', await world.evidence());
writeFileSync('publication.json', await world.publish());
writeFileSync('policy.json', world.policyBytes);
writeFileSync('root.json', world.root);
writeFileSync(
  'newer-state.json',
  formatState({ format: 'urn:vitrine:state:v1', floor: 0, sequences: { 'verifier/stable': 8 } }),
);
