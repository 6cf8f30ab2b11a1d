// The list of all releases that the log holds.

import type { ReleaseFacts } from '../facts.ts';
import { frame } from './frame.ts';
import { markup } from './html.ts';
import { pagePath } from './links.ts';
import { stateWords, type PageSite } from './parts.ts';

/** `size`: of the log that the facts were read from. */
export function indexPage(facts: readonly ReleaseFacts[], size: number, site: PageSite): Uint8Array {
  const rows = facts.toReversed().map((one) => {
    const [mark, words] = stateWords[one.state];
    const path = pagePath(one).replace(/^release\//, '');
    return markup`<tr><td><a href="${path}">${one.product} ${one.version}</a></td><td>${one.channel}</td><td>${one.sequence}</td><td>${one.platforms.join(', ')}</td><td><span class="state ${mark}">${words}</span></td></tr>
`;
  });
  return frame(
    `Releases of ${site.vendor}`,
    markup`<header><h1>Releases of ${site.vendor}</h1>
<p>All releases in this log up to size ${size}. The log: <a href="${site.logUrl}/checkpoint">checkpoint</a>, <a href="${site.logUrl}/admission.json">who may log</a>.</p></header>
<main><section aria-label="Releases"><div class="scroll"><table>
<thead><tr><th scope="col">release</th><th scope="col">channel</th><th scope="col">sequence</th><th scope="col">platform</th><th scope="col">state</th></tr></thead>
<tbody>
${rows}</tbody></table></div></section></main>
<footer><p><a href="../policy.json">policy.json</a>, <a href="../root.json">root.json</a>: who is trusted for what, and who signed that.</p></footer>`,
  );
}
