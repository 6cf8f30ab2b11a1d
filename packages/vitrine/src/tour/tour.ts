// The tour: the whole system on loopback, on this repository.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDurableDirectory } from '@vitrine/host';
import type { Terminal } from '../terminal.ts';
import { runAttacks } from './attacks.ts';
import { runCenter, type CenterOfTour } from './center.ts';
import { runChain, type Chain } from './chain.ts';
import { runReports, type ReportsOfTour } from './reports.ts';
import { Stage } from './stage.ts';
import { writeVisitorsPage } from './visitors-page.ts';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** Real files that every clone has: what the endpoints find when they look around. */
const walked = 'packages/evidence/src';

export interface TourOptions {
  /** Keeps everything below this folder; otherwise a temporary one is removed at the end. */
  readonly data?: string | undefined;
  readonly chapters: readonly Chapter[];
  /** Resolves when the visitor has seen enough; the services run until then. */
  readonly stay: () => Promise<void>;
}

export const chapters = ['chain', 'attacks', 'reports', 'center'] as const;
export type Chapter = (typeof chapters)[number];

/** Answers whether every step ended as it should and every attack was refused for its own reason. */
export async function runTour(terminal: Terminal, options: TourOptions): Promise<boolean> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'vitrine-tour-')));
  await makeDurableDirectory(data);
  const stage = new Stage(terminal);
  let chain: Chain | undefined;
  let reports: ReportsOfTour | undefined;
  let center: CenterOfTour | undefined;
  try {
    stage.heading('The chain: this repository’s own agent and verifier, from source at HEAD to an endpoint');
    chain = await runChain(stage, repository, data);
    if (options.chapters.includes('attacks')) {
      stage.heading('The attacks: each must be refused for its own reason');
      await runAttacks(stage, chain);
    }
    if (options.chapters.includes('reports')) {
      stage.heading('The threat network: shared by choice, kept where the policy says, read only by grant');
      reports = await runReports(stage, chain, join(repository, walked));
    }
    if (options.chapters.includes('center')) {
      stage.heading('The Transparency Center: all of it, in a browser');
      center = await runCenter(stage, chain, repository, reports?.centers ?? []);
    }
    const { steps, attacks, totalMs } = stage;
    const { origin, invitation } = center ?? {};
    if (terminal.json)
      terminal.document({
        steps,
        attacks,
        totalMs,
        ...(center === undefined ? {} : { center: { origin, invitation } }),
      });
    await writeVisitorsPage(chain);
    close(terminal, stage, chain, center);
    await options.stay();
    return stage.passed;
  } finally {
    await center?.close();
    await reports?.close();
    await chain?.close();
    if (options.data === undefined) await rm(data, { recursive: true, force: true });
  }
}

function close(
  terminal: Terminal,
  { attacks, totalMs, passed }: Stage,
  { services: { urls } }: Chain,
  center: CenterOfTour | undefined,
): void {
  terminal.line();
  const refused = attacks.filter((attack) => attack.refused).length;
  terminal.line(
    `${passed ? 'All as it should be' : 'NOT as it should be'}: ${refused} of ${attacks.length} attacks refused, ${(totalMs / 1000).toFixed(1)} s.`,
  );
  terminal.line(
    'Builder, witnesses and both supervisors ran our code on one machine: who shares code shares its bugs.',
  );
  terminal.line();
  terminal.line(`the repository        ${urls.repository}/`);
  terminal.line(`the log               ${urls.log}/checkpoint`);
  if (center === undefined) return;
  terminal.line(`come in as a reviewer ${center.invitation}`);
  terminal.line(`the Center            ${center.origin}/`);
}
