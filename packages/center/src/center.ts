// The Center as one process: opens its databases, follows the log, answers.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { isVitrineError } from '@vitrine/evidence';
import { makeDurableDirectory, systemClock } from '@vitrine/host';
import { openAccess } from './access/access.ts';
import { openAccounts } from './accounts/accounts.ts';
import { sessionLimitsOf } from './accounts/limits.ts';
import { centerApp } from './app.ts';
import type { CenterContext, CenterEnv, CenterOptions } from './context.ts';
import { reportOf } from './http/errors.ts';
import { securityHeaders } from './http/headers.ts';
import { openCenterDatabase } from './database.ts';
import { openFollowing } from './follow/index.ts';
import { Ledger } from './releases/ledger.ts';
import { Blobs } from './repository/blobs.ts';
import { RepositoryWatch } from './repository/watch.ts';
import { CustodyLog } from './residency/logged.ts';
import { ResidencyWatch } from './residency/watch.ts';
import { openReviews, reviewerOf } from './reviews/index.ts';
import { openSearch } from './search/index.ts';
import { defaults } from './settings.ts';
import { openSource, treesOf } from './source/index.ts';
import { PublicAnswers } from './twin.ts';
import { readWeb } from './web.ts';

export interface Center {
  /** Of every answer: whoever serves the app sets them first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly app: OpenAPIHono<CenterEnv>;
  /** Looks at the log and the supervisors now, and sends reviews that wait, instead of at the next tick. */
  look(): Promise<void>;
  /** Resolves with the fault of ours after which it no longer follows the log, or with undefined after `close`. */
  readonly stopped: Promise<unknown>;
  close(): Promise<void>;
}

/** How often what has expired is swept out of center.db. */
const sweepMs = 3_600_000;

/** The longest that a public answer is kept. */
const keptMs = 10_000;

export async function openCenter(options: CenterOptions): Promise<Center> {
  await makeDurableDirectory(options.folder);
  const database = openCenterDatabase(options.folder);
  const clock = options.clock ?? systemClock;
  const { settings = {} } = options;
  const origin = new URL(options.origin);
  const control = openAccess({
    folder: options.folder,
    database,
    clock,
    keepDays: settings.keepReadsDays ?? defaults.keepReadsDays,
  });
  const accounts = openAccounts(database, clock, {
    origin,
    name: settings.name ?? defaults.name,
    sessions: sessionLimitsOf(settings),
    oidc: settings.oidc,
  });
  const { folder, policy, log: address, supervisors } = options;
  const report = reportOf(options);
  const following = await openFollowing({ folder, policy, log: address, supervisors, clock, report });
  const { log } = following;
  const repository = new RepositoryWatch(options, clock);
  const residency = await ResidencyWatch.open(options, clock);
  const blobs = new Blobs(options.repository);
  const context: CenterContext = {
    options,
    origin,
    database,
    clock,
    log,
    following,
    access: control,
    control,
    accounts,
    trees: treesOf(options, log, blobs),
    ledger: new Ledger(log, policy, reviewerOf(database)),
    repository,
    blobs,
    residency,
    custody: new CustodyLog(log),
    // All of them only grow. What is late becomes late by the clock alone: nothing is kept for longer than that.
    answers: new PublicAnswers(
      () => log.version + repository.version + residency.version + Math.floor(clock.now() / keptMs),
    ),
  };
  await following.start();
  repository.start();
  residency.start();
  const source = openSource(context);
  const search = openSearch(context);
  const reviews = openReviews(context);
  const app = centerApp(context, { source, search, reviews }, await readWeb(options.web));
  const sweep = sweepHourly(context);
  reviews.start();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    sweep();
    await Promise.all([following.close(), repository.close(), residency.close()]);
    await reviews.close();
    await source.close();
    await search.close();
    database.close();
  };
  return {
    headers: securityHeaders(origin),
    app,
    async look() {
      await Promise.all([following.look(), repository.look(), residency.look()]);
      await reviews.look();
    },
    stopped: following.stopped,
    close: () => (closed ??= close()),
  };
}

/** Now and every hour; answers how to stop. A full disk or a lock that somebody holds must not end the Center. */
function sweepHourly({ accounts, control, options }: CenterContext): () => void {
  const sweep = (): void => {
    try {
      accounts.sessions.forget();
      control.reads.forget();
    } catch (error) {
      const code = isVitrineError(error) ? error.code : String(error);
      reportOf(options)(`what has expired could not be swept out of center.db: ${code}`);
    }
  };
  sweep();
  const timer = setInterval(sweep, sweepMs);
  timer.unref();
  return () => clearInterval(timer);
}
