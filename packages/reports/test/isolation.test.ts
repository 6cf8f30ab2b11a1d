// This package runs in a browser as it is: it imports evidence and one library, and knows no type of Node.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { repositoryRoot } from '@vitrine/testkit';

const folder = join(repositoryRoot, 'packages', 'reports');
const sources = globSync('src/**/*.ts', { cwd: folder });

test('it imports its own files, evidence and @hpke/core, and depends on nothing else', () => {
  const foreign = new Set<string>();
  for (const path of sources) {
    const text = readFileSync(join(folder, path), 'utf8');
    for (const [, specifier] of text.matchAll(/\bfrom '([^']*)'|\bimport\('([^']*)'\)/g))
      if (specifier !== undefined && !specifier.startsWith('.')) foreign.add(specifier);
  }
  assert.deepEqual([...foreign].sort(), ['@hpke/core', '@vitrine/evidence']);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, object>;
  assert.deepEqual(Object.keys(manifest['dependencies'] ?? {}).sort(), ['@hpke/core', '@vitrine/evidence']);
});

test('its program holds no types of Node', () => {
  const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const listed = execFileSync(
    process.execPath,
    [tsc, '-p', join(folder, 'tsconfig.json'), '--listFilesOnly'],
    { encoding: 'utf8' },
  );
  assert.deepEqual(
    listed.split(/\r?\n/).filter((file) => file.includes('/@types/')),
    [],
  );
});
