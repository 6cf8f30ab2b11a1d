// The Center as one process: opens its databases, follows the log, answers.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { makeDurableDirectory, systemClock } from '@vitrine/host';
import { openAccess } from './access/access.ts';
import { openAccounts } from './accounts/accounts.ts';
import { sessionLimitsOf } from './accounts/limits.ts';
import { centerApp } from './app.ts';
import type { CenterContext, CenterEnv, CenterOptions } from './context.ts';
import { securityHeaders } from './http/headers.ts';
import { openCenterDatabase } from './database.ts';
import { openFollowing } from './follow/index.ts';
import { openReviews } from './reviews/index.ts';
import { openSource, treesOf } from './source/index.ts';
import { defaults } from './settings.ts';
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
  const following = await openFollowing({ folder, policy, log: address, supervisors, clock });
  const { log } = following;
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
    trees: treesOf(options, log),
    answers: new PublicAnswers(() => log.version),
  };
  await following.start();
  const source = openSource(context);
  const reviews = openReviews(context);
  const app = centerApp(context, { source, reviews }, await readWeb(options.web));
  const sweep = setInterval(() => {
    accounts.sessions.forget();
    control.reads.forget();
  }, sweepMs);
  sweep.unref();
  reviews.start();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(sweep);
    await following.close();
    await reviews.close();
    await source.close();
    database.close();
  };
  return {
    headers: securityHeaders(origin),
    app,
    async look() {
      await following.look();
      await reviews.look();
    },
    stopped: following.stopped,
    close: () => (closed ??= close()),
  };
}
