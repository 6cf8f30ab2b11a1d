// Builds verifier.mjs and verifier.html into the folder OUT. The conveyor runs it without a network; the
// bytes depend on nothing but the sources, the lockfile and this script: no time, no path, no random value.
// Names and line breaks are kept, because an auditor reads the outputs, too.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

// Real paths, as the bundler itself resolves them: a checkout behind a link must give the same bytes.
const here = realpathSync(import.meta.dirname);
const root = realpathSync(join(here, '../..'));

/**
 * One entry and all that it imports as one module.
 * @param {string} entry
 * @param {'node' | 'browser'} platform
 * @returns {Promise<string>}
 */
async function bundle(entry, platform) {
  const build = await rolldown({
    cwd: root,
    input: join(here, entry),
    platform,
    tsconfig: false,
    external: /^node:/,
    onLog: (_level, log) => {
      throw new Error(`rolldown: ${log.message}`);
    },
  });
  const { output } = await build.generate({ format: 'es', codeSplitting: false, minify: false });
  await build.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`${entry} gave more than one file`);
  return chunk.code;
}

/**
 * The page with style and script in it, and a policy that allows exactly these two and no request.
 * @param {string} script
 * @returns {string}
 */
function page(script) {
  const template = readFileSync(join(here, 'src/page/page.html'), 'utf8');
  const style = readFileSync(join(here, 'src/page/style.css'), 'utf8');
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style))
    throw new Error('script or style would end early in HTML');
  const policy = [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const styled = fill(fill(template, '{{policy}}', policy), '<style></style>', `<style>${style}</style>`);
  return fill(styled, '<script type="module"></script>', `<script type="module">${script}</script>`);
}

/**
 * Fills the one place for a part; a place that is missing would leave the page without it.
 * @param {string} html
 * @param {string} place
 * @param {string} part
 */
function fill(html, place, part) {
  const [before, after, ...more] = html.split(place);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`the page has not exactly one ${place}`);
  return `${before}${part}${after}`;
}

/** @param {string} text */
function digest(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const out = process.env['OUT'];
if (out === undefined || out === '') throw new Error('set OUT to the folder for the outputs');
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'verifier.mjs'), await bundle('src/main.ts', 'node'));
writeFileSync(join(out, 'verifier.html'), page(await bundle('src/page.ts', 'browser')));
