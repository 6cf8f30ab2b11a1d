// Every kind of statement, by predicate type: what admission accepts and what docs/spec describes.

import { accessTable } from './predicates/access-table.ts';
import { custodyRoot } from './predicates/custody-root.ts';
import { epoch } from './predicates/epoch.ts';
import { indexVerified } from './predicates/index-verified.ts';
import { order } from './predicates/order.ts';
import { provenance } from './predicates/provenance.ts';
import { publication } from './predicates/publication.ts';
import { rebuild } from './predicates/rebuild.ts';
import { relocation } from './predicates/relocation.ts';
import { residencyPolicy } from './predicates/residency-policy.ts';
import { release } from './predicates/release.ts';
import { resolution } from './predicates/resolution.ts';
import { rootVersion } from './predicates/root-version.ts';
import { accessGrant, finding, requestRegister, review } from './predicates/sealed.ts';
import { sealingKey } from './predicates/sealing-key.ts';
import { site } from './predicates/site.ts';
import { source } from './predicates/source.ts';
import { withdrawal } from './predicates/withdrawal.ts';
import { trustPolicy } from './policy/document.ts';
import type { Kind } from './statement.ts';

export const kinds: readonly Kind<unknown>[] = [
  source,
  order,
  provenance,
  rebuild,
  release,
  publication,
  rootVersion,
  withdrawal,
  resolution,
  trustPolicy,
  review,
  finding,
  accessGrant,
  requestRegister,
  accessTable,
  custodyRoot,
  residencyPolicy,
  sealingKey,
  site,
  relocation,
  epoch,
  indexVerified,
];

const byPredicateType = new Map(kinds.map((kind) => [kind.predicateType, kind]));

export function kindOf(predicateType: string): Kind<unknown> | undefined {
  return byPredicateType.get(predicateType);
}
