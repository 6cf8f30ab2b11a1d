// The supervisor: one daemon with its own keys, store and folder. It follows the log, stores what
// statements name (D12), builds every order again before it is told the vendor's bytes (D14), co-signs
// delegated roles (D15), judges publications (D2, D3), and says what it found at its own address as well as
// in the log (D8).

import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import {
  order as orderKind,
  publication as publicationKind,
  toBase64,
  type Order,
  type Publication,
  type Role,
  type Signer,
  type TrustPolicy,
} from '@vitrine/evidence';
import { policyAuthority, type ObjectFetcher, type Sandbox } from '@vitrine/conveyor';
import {
  acquireLease,
  makeDurableDirectory,
  openStore,
  systemClock,
  type Clock,
  type Handler,
} from '@vitrine/host';
import { headRulesOf, openLog, verifyHead } from '@vitrine/log';
import type { Fetcher } from '@vitrine/tuf';
import { Claims, type Claim } from './claims.ts';
import { fail } from './codes.ts';
import { Cosigner } from './cosign.ts';
import { Meta, openRecords } from './database.ts';
import { Delegations } from './delegations.ts';
import { Centers } from './desk/centers.ts';
import { CustodyWatch } from './desk/custody.ts';
import { grantsFolder } from './desk/decide.ts';
import { Desk, type ReleaseShare } from './desk/desk.ts';
import { Findings } from './findings.ts';
import { supervisorHandler } from './handler.ts';
import { Holdings } from './holdings.ts';
import { loop, type Loop } from './loop.ts';
import { Orders } from './orders.ts';
import { Outbox, type Submit } from './outbox.ts';
import { Publications } from './publications.ts';
import { Relay, toAbout, type Peer } from './relay.ts';
import { troubleOf } from './retry.ts';
import { SignedRoles } from './signed-roles.ts';
import { statusOf, type Host, type SupervisorStatus } from './status.ts';
import { Tail, type Moment } from './tail.ts';

/** Distinct keys for distinct roles (D4). The witness is a process of its own. */
export interface SupervisorSigners {
  /** Statements about rebuilds, and requests for source (D15). */
  readonly rebuilder: Signer;
  /** Findings and resolutions. */
  readonly supervisor: Signer;
  /** Delegated roles, and nothing else. */
  readonly cosigner: Signer;
}

export interface SupervisorOptions {
  /** Its own folder; it must exist. */
  readonly folder: string;
  /** Its name in the trust policy. */
  readonly operator: string;
  readonly policy: TrustPolicy;
  /** The pinned root, as bytes. */
  readonly root: Uint8Array;
  readonly signers: SupervisorSigners;
  /** The address of the log, to be read. */
  readonly log: string;
  readonly submit: Submit;
  /** The vendor's blobs and source. */
  readonly objects: ObjectFetcher;
  /** The vendor's TUF repository. */
  readonly repository: Fetcher;
  readonly sandbox: Sandbox;
  /** Opens shares of record keys, in the process that has the secret (D18). Absent: the desk is closed. */
  readonly release?: ReleaseShare | undefined;
  readonly peers?: readonly Peer[] | undefined;
  readonly clock?: Clock | undefined;
  /** Between two looks at the log. Default 1,000. */
  readonly pollMs?: number | undefined;
  /** Between two looks at other supervisors. Default 10,000. */
  readonly peerMs?: number | undefined;
  /** How long what is missing may be missing before that is a finding. Default 600,000. */
  readonly graceMs?: number | undefined;
  /** How long a ledger of a data center may grow unlogged, or be away, before that is a finding. Default a day. */
  readonly silentMs?: number | undefined;
  /** For the body of one request. Default 10,000. */
  readonly bodyMs?: number | undefined;
  /** Roles to be co-signed, by address of the client. Default 5 a second, 50 at once. */
  readonly rate?: { readonly perSecond: number; readonly burst: number } | undefined;
  /** How long `close` waits for a build that runs. Default 1,000. */
  readonly closeMs?: number | undefined;
  readonly host: Host;
  readonly onLog?: ((log: string) => void) | undefined;
}

export interface Supervisor {
  readonly handler: Handler;
  status(): SupervisorStatus;
  /** Looks at the log now. */
  poke(): void;
  /** Resolves with the error after which it had to stop, or with undefined after `close`. */
  readonly stopped: Promise<unknown>;
  close(): Promise<void>;
}

/** Opens the folder, takes its lease, and begins. */
export async function openSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  requireListed(options);
  await makeDurableDirectory(join(options.folder, 'store'));
  const lease = acquireLease(options.folder, 'supervisor');
  let database: DatabaseSync | undefined;
  try {
    database = openRecords(options.folder);
    const duties = assemble(database, options);
    await duties.findings.sweep();
    await duties.desk.sweep();
    const records = database;
    return begin(duties, options, () => {
      records.close();
      lease.release();
    });
  } catch (error) {
    database?.close();
    lease.release();
    throw error;
  }
}

/** A statement by a key that the policy does not list says nothing, so none is made. */
function requireListed({ policy, operator, signers }: SupervisorOptions): void {
  const wanted: readonly (readonly [Role, Signer])[] = [
    ['rebuilder', signers.rebuilder],
    ['supervisor', signers.supervisor],
  ];
  for (const [role, { keyid }] of wanted) {
    const key = policy.keys.get(keyid);
    if (key?.role !== role || key.operator !== operator || key.until !== undefined)
      throw fail('supervisor.key', `the policy does not list the ${role} key ${keyid} of ${operator}`);
  }
}

interface Duties {
  readonly tail: Tail;
  readonly outbox: Outbox;
  readonly findings: Findings;
  readonly holdings: Holdings;
  readonly orders: Orders;
  readonly publications: Publications;
  readonly signed: SignedRoles;
  readonly relay: Relay;
  readonly cosigner: Cosigner;
  readonly desk: Desk;
  readonly custody: CustodyWatch;
  readonly handler: Handler;
  readonly status: () => SupervisorStatus;
  /** Why the log cannot be followed now, and since when it has shown nothing but an older state. */
  readonly trouble: { log: string | undefined; olderSince: number | undefined };
}

function assemble(database: DatabaseSync, options: SupervisorOptions): Duties {
  const { folder, operator, policy, signers, submit, objects, repository } = options;
  const { clock = systemClock, graceMs = 600_000 } = options;
  const rules = headRulesOf(policy);
  const meta = new Meta(database);
  const claims = new Claims(database);
  const outbox = new Outbox(database, clock);
  const signed = new SignedRoles(database);
  const stores = {
    source: openStore(join(folder, 'store/source')),
    blobs: openStore(join(folder, 'store/blobs')),
  };
  const shared = { database, meta, claims, policy, outbox, signed, stores, submit, operator, clock, graceMs };
  const findings = new Findings({ ...shared, folder: join(folder, 'findings'), signer: signers.supervisor });
  const holdings = new Holdings({ ...shared, objects, findings });
  const delegations = new Delegations({ ...shared, repository, root: options.root });
  const publications = new Publications({ ...shared, repository, findings, delegations });

  const onClaim = (claim: Claim, moment: Moment): void => {
    outbox.markLogged(claim);
    relay.markLogged(claim);
    holdings.want(claim);
    if (claim.kind === orderKind.kind) orders.enqueue(claim as Claim<Order>);
    if (claim.kind === publicationKind.kind) publications.record(claim as Claim<Publication>, moment);
  };
  const tail = new Tail({ ...shared, open: (more) => openLog(options.log, { ...rules, ...more }), onClaim });
  const orders = new Orders({
    ...shared,
    tail,
    findings,
    holdings,
    authority: policyAuthority(policy, policy.document.log.origin),
    sandbox: options.sandbox,
    signer: signers.rebuilder,
    notes: join(folder, 'notes'),
    onLog: options.onLog,
  });
  tail.forgetOtherPolicy(() => orders.reconsider());
  const relay = new Relay({
    ...shared,
    tail,
    findings,
    peers: options.peers ?? [],
    verifyHead: (bytes) => verifyHead(bytes, rules),
  });
  const cosigner = new Cosigner({
    ...shared,
    tail,
    delegations,
    publications,
    orders,
    holdings,
    signer: signers.cosigner,
  });
  const centers = new Centers(folder, policy);
  const desk = new Desk({
    ...shared,
    folder: grantsFolder(folder),
    centers,
    tail,
    signer: signers.supervisor,
    release: options.release,
  });
  const { silentMs = 86_400_000 } = options;
  const custody = new CustodyWatch({ ...shared, centers, findings, silentMs });
  const trouble: Duties['trouble'] = { log: undefined, olderSince: undefined };
  const status = (): SupervisorStatus =>
    statusOf({
      ...shared,
      tail,
      orders,
      relay,
      desk,
      custody,
      host: options.host,
      isolation: options.sandbox.isolation,
      trouble,
    });
  const handler = supervisorHandler({
    cosigner,
    desk,
    outbox,
    signed,
    blobs: stores.blobs,
    checkpoint: () => tail.note(),
    status,
    bodyMs: options.bodyMs ?? 10_000,
    rate: options.rate ?? { perSecond: 5, burst: 50 },
  });
  return {
    tail,
    outbox,
    findings,
    holdings,
    orders,
    publications,
    signed,
    relay,
    cosigner,
    desk,
    custody,
    handler,
    status,
    trouble,
  };
}

/** Each duty in its own loop: a long build keeps nobody from seeing a fork. */
function begin(duties: Duties, options: SupervisorOptions, release: () => void): Supervisor {
  const { tail, outbox, findings, holdings, orders, publications, signed, relay, desk, custody, trouble } =
    duties;
  const { pollMs = 1_000, peerMs = 10_000, graceMs = 600_000, closeMs = 1_000, submit } = options;
  const clock = options.clock ?? systemClock;
  const { promise: stopped, resolve: end } = Promise.withResolvers<unknown>();
  const loops: Loop[] = [];
  const start = (everyMs: number, work: () => Promise<boolean | void>): Loop => {
    const made = loop(everyMs, work, end);
    loops.push(made);
    return made;
  };

  const follow = start(pollMs, async () => {
    try {
      await tail.advance();
      trouble.log = trouble.olderSince = undefined;
    } catch (error) {
      trouble.log = troubleOf(error);
      await reportContradiction(duties, error, clock.now(), graceMs);
    }
    for (const index of tail.takeForged()) await reportForged(duties, index);
    for (const one of [holding, building, judging, sending]) one.poke();
  });
  const holding = start(pollMs, () => holdings.obtainDue());
  const building = start(pollMs, () => orders.workOnDue());
  const judging = start(pollMs, async () => (await publications.judgeNext()) || publications.readNext());
  const sending = start(pollMs, async () => {
    await desk.grantApproved();
    await outbox.send(submit);
    await relay.send();
    await relay.reportMissing();
    await signed.reportUnpublished(findings, clock);
  });
  start(peerMs, () => relay.readPeers());
  const watching = start(peerMs, () => custody.look());

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const slow = [building, watching];
    const others = loops.filter((one) => !slow.includes(one)).map((one) => one.stop());
    // A build may last an hour, and ledgers may not answer; what is lost by a kill is done again.
    await Promise.race([
      Promise.all(slow.map((one) => one.stop())),
      new Promise((resolve) => setTimeout(resolve, closeMs).unref()),
    ]);
    await Promise.all(others);
    release();
    end(undefined);
  };
  return {
    handler: duties.handler,
    status: duties.status,
    poke: () => follow.poke(),
    stopped,
    close: () => (closed ??= close()),
  };
}

/**
 * Two signed heads that cannot both be true are kept as evidence, whole. An older one alone may come from
 * a cache on the way, for a while.
 */
async function reportContradiction(
  { tail, findings, trouble }: Duties,
  error: unknown,
  now: number,
  graceMs: number,
): Promise<void> {
  const found = tail.contradictionIn(error);
  if (found?.code === 'reader.rollback') trouble.olderSince ??= now;
  if (
    found === undefined ||
    (found.code === 'reader.rollback' && now - (trouble.olderSince ?? now) < graceMs)
  )
    return;
  await findings.raise(found.code === 'reader.fork' ? 'log-fork' : 'log-rollback', toAbout(found.ours), {
    message: found.message,
    ours: toBase64(found.ours),
    theirs: toBase64(found.theirs),
  });
}

async function reportForged({ tail, findings }: Duties, index: number): Promise<void> {
  const entry = await tail.reader()?.entry(index);
  if (entry !== undefined) await findings.raise('log-forged', toAbout(entry), { index });
}
