// The threat network: two data centers, endpoints in three countries that share what their owners agreed to,
// and what nobody can do with it. Every reading of a record is asked for, granted, logged and seen.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson, schema, utf8, type Json } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { Endpoint } from './agent.ts';
import { commander, type Say } from './say.ts';
import type { Chain } from './chain.ts';
import {
  refuseForeignCountry,
  refuseStolenStore,
  refuseUnconsented,
  refuseUngranted,
} from './custody-attacks.ts';
import { awaitSealingKeys, digestInForce, startDatacenters, type RunningCenter } from './datacenters.ts';
import type { Stage } from './stage.ts';

export interface ReportsOfTour {
  readonly centers: readonly RunningCenter[];
  close(): Promise<void>;
}

interface Sharer {
  readonly country: string;
  readonly center: string;
  readonly endpoint: Endpoint;
}

/** The first one has Zurich for itself, so the first records there are its own. */
const sharers = [
  { country: 'CH', center: 'zurich' },
  { country: 'DE', center: 'frankfurt' },
  { country: 'BR', center: 'frankfurt' },
] as const;

/** `walked`: a folder of real files. */
export async function runReports(stage: Stage, chain: Chain, walked: string): Promise<ReportsOfTour> {
  const { cast } = chain;
  const say = commander(cast.folders.home);
  const started: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const centers = await openDatacenters(stage, chain, say, (stop) => started.push(stop));
    const people = await consentAll(stage, chain);
    await reportAll(stage, people, walked);
    const [first, second] = people as [Sharer, Sharer, Sharer];
    const [zurich] = centers as [RunningCenter, RunningCenter];

    await refuseUnconsented(stage, chain, first.endpoint, zurich);
    await refuseForeignCountry(stage, chain, zurich);
    await exportOne(stage, first, chain);
    await refuseStolenStore(stage, zurich, chain);
    const request = await refuseUngranted(stage, zurich, chain, say);
    await readUnderGrant(stage, chain, zurich, request, first, say);
    await eraseOne(stage, second, chain);
    return { centers, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openDatacenters(
  stage: Stage,
  { cast, services }: Chain,
  say: Say,
  onStart: (stop: () => Promise<void>) => void,
): Promise<readonly RunningCenter[]> {
  await stage.step(
    'residency',
    'which center keeps whose data is signed by the root’s threshold, logged, and witnessed by both supervisors',
    async () => {
      const digest = await digestInForce(cast.vendor.folder, say);
      for (const { folder } of cast.supervisors)
        await say(['residency', 'accept', digest, '--from', services.urls.repository, '--into', folder]);
      return [undefined, `policy ${digest.slice(0, 16)}…: CH and LI to zurich, all others to frankfurt`];
    },
  );
  return stage.step(
    'data centers',
    'separate processes, stores, keys and ledgers; each week’s sealing key is in the log, the same for everyone',
    async () => {
      const centers = await startDatacenters(cast.folders, (service) => onStart(() => service.stop()));
      const keys = await awaitSealingKeys(cast.vendor.public, centers.length);
      return [centers, `${centers.map(({ id, url }) => `${id} at ${url}`).join(', ')}; ${keys} sealing keys`];
    },
  );
}

const given = schema.object({ signed: schema.flag, center: schema.anything }, {}, { open: true });

async function consentAll(stage: Stage, chain: Chain): Promise<readonly Sharer[]> {
  const { cast, services, platform } = chain;
  return stage.step(
    'consent',
    'each owner was shown every field, its purpose and its place; the receipt is signed by both sides',
    async () => {
      const people = await Promise.all(
        sharers.map(async ({ country, center }): Promise<Sharer> => {
          const folder = join(cast.folders.data, `endpoint-${country.toLowerCase()}`);
          const endpoint = new Endpoint(chain.endpoint.installed(), folder, cast.folders.home);
          const { exit, code, detail } = await endpoint.enrol(cast, { ...services.urls, platform });
          if (exit !== 0) throw fail('tour.step', `the agent could not enrol: ${code}, ${detail}`);
          const { signed } = given.check(
            await endpoint.must(['consent', 'give', 'reports', '--country', country, '--yes']),
          );
          if (!signed) throw fail('tour.step', `${center} did not sign the consent of ${country}`);
          return { country, center, endpoint };
        }),
      );
      return [people, people.map(({ country, center }) => `${country} with ${center}`).join(', ')];
    },
  );
}

const sent = schema.object(
  {
    reports: schema.integer(0),
    records: schema.integer(0),
    proven: schema.integer(0),
    unproven: schema.integer(0),
  },
  {},
  { open: true },
);
const verified = schema.object(
  { findings: schema.list(schema.anything, { most: 10_000 }) },
  {},
  { open: true },
);

/** What each found, sealed, promised, proven and checked again by itself. */
async function reportAll(stage: Stage, people: readonly Sharer[], walked: string): Promise<void> {
  const done = await stage.step(
    'reports',
    'hashes and facts of real files, sealed to the country’s center alone; promises at once, proofs by the deadline',
    async () => {
      const all = await Promise.all(
        people.map(async ({ endpoint }) => {
          await endpoint.must(['report', walked]);
          return sent.check(await endpoint.must(['send', '--wait']));
        }),
      );
      const total = (of: (one: (typeof all)[number]) => number): number =>
        all.reduce((sum, one) => sum + of(one), 0);
      const [records, proven] = [total((one) => one.records), total((one) => one.proven)];
      if (records === 0 || proven !== records || total(({ unproven }) => unproven) > 0)
        throw fail('tour.step', `${proven} of ${records} records are proven`);
      return [all, `${records} records in ${total(({ reports }) => reports)} reports, all proven`];
    },
  );
  await stage.step(
    'own ledgers',
    'the endpoint checks promise, witnesses, inclusion and record of each, offline',
    async () => {
      for (const { endpoint, country } of people) {
        const { findings } = verified.check(await endpoint.must(['ledger', 'verify']));
        if (findings.length > 0) throw fail('tour.step', `${country} has ${findings.length} findings`);
      }
      return [undefined, `${done.length} ledgers without a finding`];
    },
  );
}

const exported = schema.object(
  {
    subjects: schema.list(
      schema.object(
        {
          records: schema.integer(0),
          readings: schema.integer(0),
          missing: schema.list(schema.anything, { most: 10_000 }),
        },
        {},
        { open: true },
      ),
      { most: 10_000 },
    ),
  },
  {},
  { open: true },
);

interface ExportedOnce {
  readonly records: number;
  readonly readings: number;
}

async function exportOf({ endpoint, country }: Sharer, chain: Chain, name: string): Promise<ExportedOnce> {
  const into = join(chain.cast.folders.data, `export-${country.toLowerCase()}-${name}`);
  const { subjects } = exported.check(await endpoint.must(['subject', 'export', '--into', into]));
  const missing = subjects.reduce((sum, one) => sum + one.missing.length, 0);
  if (missing > 0) throw fail('tour.step', `${missing} promised records are missing from the export`);
  const sum = (of: (one: (typeof subjects)[number]) => number): number =>
    subjects.reduce((total, one) => total + of(one), 0);
  return { records: sum(({ records }) => records), readings: sum(({ readings }) => readings) };
}

function exportOne(stage: Stage, who: Sharer, chain: Chain): Promise<void> {
  return stage.step(
    'export',
    'complete against its own ledger, and readable without the center: the keys are sealed to the subject, too',
    async () => {
      const { records } = await exportOf(who, chain, 'first');
      if (records === 0) throw fail('tour.step', 'an export without records');
      return [undefined, `${who.country}: ${records} records, nothing missing`];
    },
  );
}

const granted = schema.object(
  {
    records: schema.list(schema.anything, { most: 10_000 }),
    grants: schema.list(schema.anything, { most: 10_000 }),
  },
  {},
  { open: true },
);

/** A supervisor agrees; the log shows it; the reading is entered; its subject sees it. */
async function readUnderGrant(
  stage: Stage,
  { cast, ...chain }: Chain,
  zurich: RunningCenter,
  request: string,
  who: Sharer,
  say: Say,
): Promise<void> {
  const read = await stage.step(
    'granted reading',
    'the supervisor’s share leaves its desk only once its grant stands in the witnessed log',
    async () => {
      const [supervisor] = cast.supervisors;
      await say(['supervisor', 'approve', supervisor?.folder ?? '', request.slice(0, 16)]);
      const answer = granted.check(await whenGranted(() => say(['access', 'read', zurich.folder, request])));
      return [answer.records.length, `${answer.records.length} records, granted by ${supervisor?.operator}`];
    },
  );
  await stage.step(
    'seen by its subject',
    'each reading is in the center’s ledger of reads before anyone sees the record, and in the subject’s export',
    async () => {
      const { readings } = await exportOf(who, { cast, ...chain }, 'read');
      if (readings !== read) throw fail('tour.step', `${readings} readings in the export, ${read} happened`);
      return [undefined, `${who.country} sees ${readings} readings, and under which grant`];
    },
  );
}

/** The grant has to get into the log first. */
async function whenGranted(ask: () => Promise<string>): Promise<Json> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return parseJson(utf8(await ask()));
    } catch (error) {
      const isWaiting = error instanceof Error && error.message.includes('grant.waiting');
      if (!isWaiting || performance.now() > deadline) throw error;
    }
    await sleep(300);
  }
}

const erasedForm = schema.object(
  { subjects: schema.list(schema.object({ records: schema.integer(0) }, {}, { open: true }), { most: 100 }) },
  {},
  { open: true },
);

function eraseOne(stage: Stage, who: Sharer, chain: Chain): Promise<void> {
  return stage.step(
    'erasure',
    'keys destroyed, a salted tombstone in the ledger, a signed confirmation; an export afterwards is empty',
    async () => {
      const { subjects } = erasedForm.check(await who.endpoint.must(['subject', 'erase', '--yes']));
      const erased = subjects.reduce((sum, { records }) => sum + records, 0);
      const { records } = await exportOf(who, chain, 'erased');
      if (erased === 0 || records > 0)
        throw fail('tour.step', `${erased} records were erased, ${records} are still there`);
      return [undefined, `${who.country}: ${erased} records erased, 0 left`];
    },
  );
}
