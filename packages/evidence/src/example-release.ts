// A whole release that verifies, from the frozen examples of docs/spec: what a program that ships tests
// itself with, on the machine on which it will judge.

import { utf8 } from './bytes.ts';
import { canonicalJson } from './canonical.ts';
import { evidenceFile } from './examples/evidence-file.ts';
import { policyFile } from './examples/policy-file.ts';
import { publicationFile } from './examples/publication-file.ts';
import { rootFile } from './examples/root-file.ts';

export interface ExampleRelease {
  readonly artifact: Uint8Array;
  readonly evidence: Uint8Array;
  readonly publication: Uint8Array;
  readonly policy: Uint8Array;
  readonly root: Uint8Array;
  /** A time at which the publication is fresh. */
  readonly now: number;
}

export function exampleRelease(): ExampleRelease {
  return {
    artifact: utf8('the artifact\n'.repeat(150)),
    evidence: canonicalJson(evidenceFile),
    publication: canonicalJson(publicationFile),
    policy: canonicalJson(policyFile),
    root: utf8(`${JSON.stringify(rootFile, null, 2)}\n`),
    now: 1_795_510_860,
  };
}
