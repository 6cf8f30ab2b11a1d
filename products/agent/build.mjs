// Builds agent.mjs and the single executable `agent` into the folder OUT. The conveyor runs it without a
// network; the bytes depend on nothing but the sources, the lockfile, this script and, for the executable, the
// Node that runs it: no time, no path, no random value. Names and line breaks are kept for auditors.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

// Real paths, as the bundler itself resolves them: a checkout behind a link must give the same bytes.
const here = realpathSync(import.meta.dirname);
const root = realpathSync(join(here, '../..'));

/**
 * The program and all that it imports as one module.
 * @returns {Promise<string>}
 */
async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: join(here, 'src/main.ts'),
    platform: 'node',
    tsconfig: false,
    external: /^node:/,
    onLog: (_level, log) => {
      throw new Error(`rolldown: ${log.message}`);
    },
  });
  const { output } = await build.generate({ format: 'es', codeSplitting: false, minify: false });
  await build.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error('the program gave more than one file');
  return chunk.code;
}

/**
 * This Node with the script in it. The names in the configuration are relative: what they are relative to
 * stays out of the bytes.
 * @param {string} folder
 */
function makeExecutable(folder) {
  const temporary = mkdtempSync(join(tmpdir(), 'agent-'));
  try {
    const config = join(temporary, 'executable.json');
    const options = {
      main: 'agent.mjs',
      mainFormat: 'module',
      output: 'agent',
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: false,
    };
    writeFileSync(config, JSON.stringify(options));
    execFileSync(process.execPath, ['--build-sea', config], { cwd: folder, env: {}, stdio: 'pipe' });
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

const out = process.env['OUT'];
if (out === undefined || out === '') throw new Error('set OUT to the folder for the outputs');
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'agent.mjs'), await bundle());
makeExecutable(out);
