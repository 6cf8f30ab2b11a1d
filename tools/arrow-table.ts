// The arrows that ARCHITECTURE.md ("Packages") allows, as data. A package without a row may import nothing
// and fails the check: whoever adds one adds its row here and there.
import type { Workspace } from './repository.ts';

export interface Arrow {
  readonly to: string;
  /** The only folder or file of the package from which this arrow may start. */
  readonly within: string;
}

const everywhere = (...names: readonly string[]): readonly Arrow[] =>
  names.map((to) => ({ to, within: 'src' }));

const packageArrows: Readonly<Record<string, readonly Arrow[]>> = {
  evidence: [],
  host: everywhere('evidence'),
  keys: everywhere('evidence', 'host'),
  reports: everywhere('evidence'),
  tuf: [...everywhere('evidence'), { to: 'host', within: 'src/repository' }],
  log: everywhere('evidence', 'host'),
  detections: [...everywhere('evidence'), { to: 'host', within: 'src/scanner' }],
  conveyor: everywhere('evidence', 'host', 'log', 'tuf'),
  datacenter: everywhere('evidence', 'host', 'log', 'reports'),
  verdicts: everywhere('evidence', 'host', 'log', 'detections', 'reports'),
  endpoint: [
    ...everywhere('evidence', 'host', 'tuf', 'log', 'detections', 'reports'),
    // The agent's own process signs its reports; the library under it takes a Signer.
    { to: 'keys', within: 'src/main.ts' },
  ],
  supervisor: everywhere('evidence', 'host', 'log', 'tuf', 'conveyor', 'detections', 'reports'),
  center: everywhere('evidence', 'host', 'log', 'tuf', 'detections', 'reports'),
  testkit: everywhere('evidence', 'host', 'keys', 'tuf'),
};

// `vitrine` composes everything, but not what exists for tests only.
const all: readonly Arrow[] = everywhere(...Object.keys(packageArrows).filter((name) => name !== 'testkit'));

const productArrows: Readonly<Record<string, readonly Arrow[]>> = {
  agent: everywhere('endpoint', 'evidence'),
  verifier: everywhere('evidence'),
};

/** Sources that a browser runs as they are. */
export const browserPure: readonly string[] = ['packages/evidence/src/', 'packages/reports/src/'];

/** Shipped sources that may use the fakes of `@vitrine/X/testing`: the tour plays the attacker too. */
export const playsAttacks: readonly string[] = ['packages/vitrine/src/tour/', 'packages/testkit/src/'];

/** The one file outside the packages that they may import, from their `bin/`: it starts the pinned Node. */
export const launcher = 'tools/node.mjs';

export function allowedArrows(workspace: Pick<Workspace, 'kind' | 'short'>): readonly Arrow[] | undefined {
  if (workspace.kind === 'product') return productArrows[workspace.short];
  return workspace.short === 'vitrine' ? all : packageArrows[workspace.short];
}
