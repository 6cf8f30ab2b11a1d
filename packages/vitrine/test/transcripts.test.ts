import { fileURLToPath } from 'node:url';
import { compileCache, runTranscripts } from '@vitrine/testkit';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

runTranscripts(at('./transcripts'), {
  commands: {
    vitrine: [process.execPath, at('../src/start.mjs')],
    'make-tree': [process.execPath, at('./make-tree.ts')],
    'vitrine-agent': [process.execPath, at('../../../products/agent/src/main.ts')],
    'make-datacenters': [process.execPath, at('./make-datacenters.ts')],
    'make-world': [process.execPath, at('./make-world.ts')],
  },
  env: compileCache,
});
