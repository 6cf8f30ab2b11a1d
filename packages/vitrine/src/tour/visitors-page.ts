// The tour's own front page: plain HTML that leads to the release pages, and lists the files to download
// and drop into the verifier.

import { basename, join, relative } from 'node:path';
import { utf8 } from '@vitrine/evidence';
import { writeDurable } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Chain } from './chain.ts';
import { publicationFile, targetFile } from './release.ts';

const style = `:root{color-scheme:light dark}body{font:1rem/1.55 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}dt{font-weight:600;margin-top:.8rem}dd{margin:0}code{overflow-wrap:anywhere}`;

export async function writeVisitorsPage({ cast, files, produced, services }: Chain): Promise<void> {
  const folder = cast.vendor.public;
  const item = (title: string, path: string, text: string): string => {
    const href = relative(folder, path);
    return `<dt><a href="/${href}" download="${basename(path)}">${title}</a></dt><dd>${text}</dd>`;
  };
  const { tree, statements, result } = produced.verifier;
  const html = result.manifest.outputs.find(({ path }) => path === 'verifier.html');
  if (html === undefined) throw fail('tour.step', 'the build gave no verifier.html');
  const verifier = relative(folder, targetFile(folder, 'verifier', html));
  const { log } = services.urls;
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The tour: files to verify</title>
<style>${style}</style>
<h1>What the tour built, and the evidence about it</h1>
<p>The <a href="/release/index.html">releases</a>, each with its chain and the limit of each claim.</p>
<p>Or download these five files, then open the <a href="/${verifier}">verifier page</a> and drop them there. The
page is itself what was built; it fetches nothing.</p>
<dl>
${item('the artifact', files.artifact, `verifier.mjs, built from tree <code>${tree.digest}</code>`)}
${item('the evidence', files.evidence, 'every claim about the artifact, proven against one witnessed checkpoint')}
${item('the publication', await publicationFile(folder), 'what was in force when, for freshness, holds and withdrawals')}
${item('the trust policy', join(folder, 'policy.json'), 'who is trusted for what, signed by the root')}
${item('the root of trust', join(folder, 'root.json'), 'six keys of four operators; in earnest you would pin it long before')}
</dl>
<p>Order <code>${statements.order.id}</code>, outputs <code>${result.digest}</code>. The log:
<a href="${log}/checkpoint">checkpoint</a>, <a href="${log}/admission.json">who may log</a>.</p>
<p>A page from us checks us: to rely on less, keep verifier.html or verifier.mjs as a file, compare its SHA-256 with
others, and use that.</p>
</html>
`;
  await writeDurable(join(folder, 'index.html'), utf8(page), { overwrite: true });
}
