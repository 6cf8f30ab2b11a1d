// This package runs in a browser as it is: it imports nothing, and its program knows no type of Node.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import test from 'node:test';
import { repositoryRoot } from '@vitrine/testkit';

const folder = join(repositoryRoot, 'packages', 'evidence');
const slashed = (path: string): string => path.replaceAll('\\', '/');
const sources = globSync('src/**/*.ts', { cwd: folder }).map(slashed);

function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(folder, path), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export|\})[^;'"`]*?\bfrom '([^']*)'|^import '([^']*)'|\bimport\(['"`]([^'"`]*)/gm,
  );
  return [...statements].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
}

test('every import is of a file of this package, and every file is reached from an entry point', () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const specifier of importsOf(path)) {
      assert.match(specifier, /^\.\.?\//, `${path} imports ${specifier}`);
      const target = posix.join(posix.dirname(path), specifier);
      assert.ok(sources.includes(target), `${path} imports ${target}, which is no source of this package`);
      visit(target);
    }
  };
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: object };
  for (const entry of Object.values<string>({ ...exports })) visit(posix.normalize(entry));
  assert.ok(reached.size > 50);
  assert.deepEqual(
    sources.filter((path) => !reached.has(path)),
    [],
  );
});

test('its program is these files and the libraries of the language: no types of Node', () => {
  const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(folder, 'tsconfig.json');
  const listed = execFileSync(process.execPath, [tsc, '-p', project, '--listFilesOnly'], {
    encoding: 'utf8',
  });
  const files = listed.trim().split(/\r?\n/).map(slashed);
  const own = slashed(`${folder}/src/`);
  const foreign = files.filter((file) => !file.startsWith(own) && !/\/lib\.[a-z0-9.]+\.d\.ts$/.test(file));
  assert.deepEqual(foreign, []);
  assert.equal(files.filter((file) => file.startsWith(own)).length, sources.length);
});

test('it depends on nothing at run time', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
    assert.deepEqual(manifest[kind] ?? {}, {}, kind);
});
