// npm run check: everything about this repository that a machine can judge without running its tests.
// One line a step with its time; a failing step shows what it said. --fix first formats and applies
// the lint fixes that cannot change behaviour.
import { globSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { runNode, scriptOf, type Ended } from './programs.ts';
import { codeFiles, repositoryRoot } from './repository.ts';
import { endWith } from './scripts.ts';

interface Step {
  readonly name: string;
  readonly run: () => Promise<Ended>;
}

const oxlint = [scriptOf('oxlint', 'bin/oxlint'), '--type-aware'];
const oxfmt = [scriptOf('oxfmt', 'bin/oxfmt')];
const tool = (file: string): string => join(import.meta.dirname, file);

const fixes: readonly Step[] = [
  { name: 'fix lint', run: () => runNode([...oxlint, '--fix']) },
  { name: 'fix format', run: () => runNode([...oxfmt, '--write']) },
];

const steps: readonly Step[] = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: () => runNode(oxlint) },
  { name: 'format', run: () => runNode([...oxfmt, '--check']) },
  // knip walks node_modules/.bin through scripts; the config says where the entries are.
  { name: 'unused code', run: () => runNode([scriptOf('knip', 'bin/knip.js'), '--no-config-hints']) },
  { name: 'arrows', run: () => runNode([tool('arrows.ts')]) },
  { name: 'error codes', run: () => runNode([tool('docs.ts'), '--codes']) },
  { name: 'docs', run: () => runNode([tool('docs.ts'), '--check']) },
];

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } });
  let failed = 0;
  for (const { name, run } of values.fix ? [...fixes, ...steps] : steps) {
    const start = performance.now();
    const { code, output } = await run();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds.padStart(5)} s\n`);
    if (code === 0) continue;
    failed++;
    process.stdout.write(`${output.trimEnd()}\n\n`);
  }
  return failed === 0 ? 0 : 1;
}

/** Every project in turn, then that together they covered every file: an excluded file is not a checked one. */
async function checkTypes(): Promise<Ended> {
  const projects = globSync(
    [
      'packages/*/tsconfig.json',
      'packages/*/{test,web}/tsconfig.json',
      'products/*/**/tsconfig.json',
      '{tools,bench,soak}/tsconfig.json',
    ],
    { cwd: repositoryRoot, exclude: ['**/node_modules'] },
  ).toSorted();
  const covered = new Set<string>();
  // A fault in a package shows again in every project that imports it.
  const faults = new Set<string>();
  for (const project of projects) {
    if (codeFiles(repositoryRoot, dirname(project)).length === 0) continue;
    const tsc = [scriptOf('typescript', 'bin/tsc'), '-p', project, '--listFiles', '--pretty', 'false'];
    const { code, output } = await runNode(tsc);
    for (const line of output.split('\n')) {
      // A file that was read is listed by its whole path; a fault begins with a relative one.
      if (isAbsolute(line)) covered.add(relative(repositoryRoot, line));
      else if (line !== '') faults.add(line);
    }
    if (code !== 0 && faults.size === 0) faults.add(`${project}: tsc ended with ${String(code)}`);
  }
  const all = ['packages', 'products', 'tools', 'bench', 'soak'].flatMap((folder) =>
    codeFiles(repositoryRoot, folder),
  );
  for (const file of all) {
    if (/\.[mc]?tsx?$/.test(file) && !covered.has(file)) faults.add(`${file}: no tsconfig.json includes it`);
  }
  return { code: faults.size === 0 ? 0 : 1, output: [...faults].join('\n') };
}

await endWith('check', main());
