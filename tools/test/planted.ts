// A small repository in a temporary folder, for tests of the tools.
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../repository.ts';

/** Paths, relative to the root, to contents. */
export type Tree = Readonly<Record<string, string>>;

/** Removed at the end of the scope: `using planted = plant({ … })`. */
export interface Planted extends Disposable {
  readonly root: string;
}

export function plant(tree: Tree): Planted {
  const root = mkdtempSync(join(tmpdir(), 'vitrine-tools-'));
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    root,
    [Symbol.dispose]: () => {
      rmSync(root, { recursive: true });
    },
  };
}

/** As plant, with a copy of the tools in it, so that they take the temporary folder for their repository. */
export function plantWithTools(tree: Tree): Planted {
  const planted = plant({ 'package.json': '{"name":"planted","type":"module"}', ...tree });
  mkdirSync(join(planted.root, 'tools'), { recursive: true });
  for (const file of globSync('tools/*.ts', { cwd: repositoryRoot })) {
    copyFileSync(join(repositoryRoot, file), join(planted.root, file));
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(planted.root, 'node_modules'));
  return planted;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runTool({ root }: Planted, args: readonly string[], path = process.env['PATH']): Outcome {
  // Inside a test, node would take a nested runner for a part of this one.
  // Where CI or FORCE_COLOR is set, the tools colour what they print even into a pipe.
  // What lies in a temporary folder once needs no place in a cache that stays.
  const {
    NODE_TEST_CONTEXT: _,
    CI: _ci,
    FORCE_COLOR: _colour,
    NODE_COMPILE_CACHE: _compiled,
    ...outer
  } = process.env;
  const [tool = '', ...rest] = args;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools', tool), ...rest], {
    encoding: 'utf8',
    env: { ...outer, NO_COLOR: '1', PATH: path },
  });
  return { code: status, stdout, stderr };
}
