// What the operator asks of a data center that runs, over its control socket.

import { fields, formatTime, fromBase64, schema, toBase64, type Json } from '@vitrine/evidence';
import { checkRetention, countsOf, overdueReports, writeBackup, type Counts } from '@vitrine/datacenter';
import { sha256, verifySignature } from '@vitrine/host';
import { dayOf, readRequest, type RequestAct } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { verbBody, type Verbs } from './control.ts';
import type { DataCenterDaemon } from './daemon.ts';

const path = schema.text(/^[^\0]{1,4096}$/, 4_096, 'a path');
const acts = ['export', 'erase', 'restrict', 'unrestrict'] as const satisfies readonly RequestAct[];
const none = schema.object({});
const backupBody = schema.object({ out: path });
const subjectBody = schema.object(
  {
    act: schema.oneOf(...acts),
    message: schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 800_000, 'a sealed request in base64'),
  },
  { page: schema.integer(0), after: schema.integer(-1), read: schema.integer(-1) },
);

export function verbsOf(daemon: DataCenterDaemon): Verbs {
  return {
    status: async (body) => {
      verbBody(none, body);
      return statusOf(daemon, await countsOf(daemon.center));
    },
    retention: async (body) => {
      verbBody(none, body);
      const expired = await daemon.sweep();
      const day = dayOf(daemon.center.intake.now());
      const { nextDue = null, ...checked } = await checkRetention(daemon.center.store, day);
      return { expired, day, ...checked, nextDue };
    },
    backup: async (body) => {
      const { out } = verbBody(backupBody, body);
      return { ...(await writeBackup(daemon.center.store, daemon.center.id, out)) };
    },
    'renew-sealing-key': async (body) => {
      verbBody(none, body);
      const id = await daemon.renew();
      daemon.send().catch((error: unknown) => daemon.tell('log', error));
      return { id };
    },
    subject: (body) => takeRequest(daemon, body),
  };
}

/**
 * A sealed request that came otherwise than by HTTP. It is judged as there, by its subject's signature; that
 * the operator says what it asks for keeps a request to erase from being taken for one to export.
 */
async function takeRequest({ center }: DataCenterDaemon, body: Json): Promise<Json> {
  const { act, message, page = 0, after = -1, read = -1 } = verbBody(subjectBody, body);
  const sealed = fromBase64(message);
  const opened = await center.intake.openAs('request', sealed);
  const verified = await readRequest(opened.body, center.id, center.intake.now(), verifySignature, sha256);
  const asked = verified.request.act;
  if (asked !== act) throw fail('datacenter.act', `the request asks to ${asked}, not to ${act}`);
  const answer = await center.rights.take(sealed, { page, after, read });
  return { act, request: verified.digest, answer: toBase64(answer) };
}

async function statusOf(daemon: DataCenterDaemon, { records, custody, access }: Counts): Promise<Json> {
  const { center, residence, ring, statements, folder, troubles, swept } = daemon;
  const sharing = residence.sharing();
  const now = residence.now();
  return {
    id: center.id,
    at: formatTime(now),
    database: center.store.database,
    residency: residencyOf(daemon),
    sharing: sharing === undefined ? null : { size: sharing.size, time: formatTime(sharing.time) },
    sealingKeys: ring.keys().map(({ id, key, index }) => ({
      id,
      policy: key.policy,
      notBefore: key.notBefore,
      notAfter: key.notAfter,
      graceUntil: key.graceUntil,
      index: index ?? null,
    })),
    records: records.reduce((sum, { count }) => sum + count, 0),
    bytes: records.reduce((sum, { bytes }) => sum + bytes, 0),
    custody: { origin: center.custody.origin, ...custody },
    access: { origin: center.access.origin, ...access },
    late: await overdueReports(center.store, center.custody, now),
    statements: statements.list().map(({ slot, index, trouble }) => ({
      slot,
      index: index ?? null,
      trouble: trouble ?? null,
    })),
    sweep: swept === undefined ? null : { at: formatTime(swept.at), expired: swept.expired },
    supervisors: folder.config.supervisors.map(({ operator }) => operator),
    need: folder.config.halves,
    troubles: Object.fromEntries(troubles),
  };
}

/** The version in force, and the one that comes. */
function residencyOf({ residence, folder }: DataCenterDaemon): Json {
  const now = residence.now();
  const versions = residence.versions();
  const begun = versions.filter(({ policy }) => fields.parseTime(policy.effective) <= now);
  const current = begun.at(-1);
  const next = versions[begun.length];
  if (current === undefined) return null;
  const countries = Object.values(current.policy.countries).filter((id) => id === folder.center.id).length;
  return {
    version: current.policy.version,
    digest: current.digest,
    effective: current.policy.effective,
    countries,
    next: next === undefined ? null : { version: next.policy.version, effective: next.policy.effective },
  };
}
