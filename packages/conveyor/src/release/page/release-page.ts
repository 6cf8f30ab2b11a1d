// The page of a release: the chain from source to endpoint, each claim with its evidence and its limit.
// It claims nothing that the files it links to do not prove, and needs no script to be read.

import { frame } from './frame.ts';
import { markup, type Html } from './html.ts';
import { artifactLink, evidenceLink, indexLink, policyLink, publicationLink, rootLink } from './links.ts';
import { chainOf, stateWords, type PageParts, type Part } from './parts.ts';

export function releasePage(parts: PageParts): Uint8Array {
  const { product, version, channel, sequence, state } = parts.facts;
  const [mark, words] = stateWords[state];
  const chain = chainOf(parts);
  return frame(
    `${product} ${version}, ${channel} ${sequence}`,
    markup`<header>
<h1>${product} ${version}</h1>
<p>Channel ${channel}, sequence ${sequence}, by ${parts.site.vendor}. <span class="state ${mark}">${words}</span></p>
<p class="soft">How this release came about, who says what about it, and what that does not show. Every statement is an entry of one public log.</p>
</header>
<nav aria-label="The chain from source to endpoint"><ol class="chain">
${chain.map(node)}</ol></nav>
<main>
${chain.map(section)}${checking(parts)}
</main>
<footer><p><a href="${indexLink}">All releases</a>. This page is written from the log; it is a convenience, and proves nothing by itself.</p></footer>`,
  );
}

const arrow = markup`<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M1 8h11M8 3l5 5-5 5" fill="none" stroke="currentColor" stroke-width="2"/></svg>`;

function node({ id, title, mark, state }: Part): Html {
  return markup`<li class="is-${mark}">${arrow}<a href="#${id}"><b>${title}</b><span>${state}</span></a></li>
`;
}

function section({ id, title, mark, state, details, claim, more }: Part): Html {
  const rows = details.map(
    ([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>
`,
  );
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title} <span class="state ${mark}">${state}</span></h2>
<dl>
${rows}</dl>
${more}<div class="claim"><div><h3>What this shows</h3>${claim.shows.map(paragraph)}</div><div><h3>What it does not show</h3>${claim.limits.map(paragraph)}</div></div>
</section>
`;
}

function paragraph(text: string): Html {
  return markup`<p>${text}</p>`;
}

function checking({ facts, snapshot, site }: PageParts): Html {
  const [first] = facts.artifacts;
  if (first === undefined) return markup``;
  const name = first.predicate.output.split('/').at(-1) ?? 'artifact';
  const publication =
    snapshot === undefined
      ? markup``
      : markup`
<dt>publication</dt><dd><a href="${publicationLink(snapshot)}" download="publication.json">publication.json</a>: what is in force, and how fresh</dd>`;
  const verifier =
    site.verifier === undefined
      ? markup``
      : markup`In a browser: <a href="${site.verifier}">the verifier</a>. `;
  return markup`<section id="check" aria-labelledby="check-title">
<h2 id="check-title">Check it yourself</h2>
<p>Five files are all that is needed, and no network. Pin root and policy once, from more than one place.</p>
<dl>
<dt>artifact</dt><dd><a href="${artifactLink(first)}" download="${name}">${name}</a></dd>
<dt>evidence</dt><dd><a href="${evidenceLink(first.sha256)}" download="evidence.json">evidence.json</a>: every claim about it, with proofs</dd>${publication}
<dt>policy</dt><dd><a href="${policyLink}" download="policy.json">policy.json</a>: who is trusted for what</dd>
<dt>root</dt><dd><a href="${rootLink}" download="root.json">root.json</a>: who signed that</dd>
</dl>
<pre><code>vitrine verify ${name} --evidence evidence.json --publication publication.json --policy policy.json --root root.json</code></pre>
<p>${verifier}A page from us checks us: use a file that you keep, or the command line, instead.</p>
</section>`;
}
