import { join } from 'node:path';
import { runTranscripts } from '@vitrine/testkit';

const count = `
  const words = require('node:fs').readFileSync(process.argv[1], 'utf8').trim().split(' ').length;
  console.log(words + ' words');
  console.error('counted in ' + performance.now() + ' ms');
  process.exitCode = words;`;

runTranscripts(join(import.meta.dirname, 'transcripts'), {
  commands: { count: [process.execPath, '-e', count] },
});
