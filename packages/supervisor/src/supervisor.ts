// The supervisor: one daemon with its own keys, store and folder. It follows the log, stores what
// statements name (D12), builds every order again before it is told the vendor's bytes (D14), co-signs
// delegated roles (D15), judges publications (D2, D3), and says what it found at its own address as well as
// in the log (D8).

import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import {
  equal,
  order as orderKind,
  publication as publicationKind,
  toBase64,
  type Order,
  type Publication,
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
import { Cosigner } from './cosign.ts';
import { Meta, openRecords } from './database.ts';
import { Delegations } from './delegations.ts';
import { Centers } from './desk/centers.ts';
import { CustodyWatch } from './desk/custody.ts';
import { grantsFolder } from './desk/decide.ts';
import { Desk, type ReleaseShare } from './desk/desk.ts';
import { Findings } from './findings.ts';
import { Gate } from './gate.ts';
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
import {
  rememberTrust,
  requireListed,
  requireOnward,
  type AcceptedTrust,
  type SupervisorSigners,
  type Trust,
} from './trust.ts';

export interface SupervisorOptions {
  /** Its own folder; it must exist. */
  readonly folder: string;
  /** Its name in the trust policy. */
  readonly operator: string;
  /** Looked at again while it runs: what is accepted later is taken up then. */
  readonly accepted: AcceptedTrust;
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
  /** Is told which policy was taken up while it ran, or once why one was not. */
  readonly onTrust?: ((line: string) => void) | undefined;
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
  const trust = await options.accepted();
  requireListed(trust.policy, options.operator, options.signers);
  await makeDurableDirectory(join(options.folder, 'store'));
  const lease = acquireLease(options.folder, 'supervisor');
  let database: DatabaseSync | undefined;
  try {
    database = openRecords(options.folder);
    requireOnward(new Meta(database), trust.policy);
    const trouble: Trouble = { log: undefined, olderSince: undefined, policy: undefined };
    const duties = assemble(database, options, trust, trouble);
    await duties.findings.sweep();
    await duties.desk.sweep();
    const records = database;
    return run({ records, options, trouble, trust, duties }, () => {
      records.close();
      lease.release();
    });
  } catch (error) {
    database?.close();
    lease.release();
    throw error;
  }
}

/** Outlives policies. */
interface Trouble {
  /** Why the log cannot be followed now, and since when it has shown nothing but an older state. */
  log: string | undefined;
  olderSince: number | undefined;
  /** Why what lies in the folder as policy and root is not what is judged by. */
  policy: string | undefined;
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
  readonly trouble: Trouble;
}

/** Everything that judges, by this policy and root. */
function assemble(
  database: DatabaseSync,
  options: SupervisorOptions,
  { policy, root }: Trust,
  trouble: Trouble,
): Duties {
  const { folder, operator, signers, submit, objects, repository } = options;
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
  const delegations = new Delegations({ ...shared, repository, root });
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
  rememberTrust(meta, policy);
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

interface Office {
  readonly records: DatabaseSync;
  readonly options: SupervisorOptions;
  readonly trouble: Trouble;
  trust: Trust;
  duties: Duties;
}

/** Goes on until it is closed, by whatever policy is accepted. Owns `office`. */
function run(office: Office, release: () => void): Supervisor {
  const { options } = office;
  const { pollMs = 1_000, closeMs = 1_000 } = options;
  const { promise: stopped, resolve: end } = Promise.withResolvers<unknown>();
  const gate = new Gate();
  let loops = begin(office.duties, options, end);
  const trusting = loop(
    pollMs,
    async () => {
      const next = await newlyAccepted(office);
      if (next !== undefined) loops = await takeUp(office, next, { gate, loops, end });
    },
    end,
  );

  const handler: Handler = (request, response) => {
    const answer = async (): Promise<boolean | void> => office.duties.handler(request, response);
    // Only what is sent is judged; what is read is what was said.
    return request.method === 'POST' ? gate.through(answer) : answer();
  };
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await trusting.stop();
    const { building, watching, ...others } = loops;
    // A build may last an hour, and ledgers may not answer; what is lost by a kill is done again.
    await Promise.race([
      Promise.all([building.stop(), watching.stop()]),
      new Promise((resolve) => setTimeout(resolve, closeMs).unref()),
    ]);
    await Promise.all(Object.values(others).map((one) => one.stop()));
    release();
    end(undefined);
  };
  return {
    handler,
    status: () => office.duties.status(),
    poke: () => loops.follow.poke(),
    stopped,
    close: () => (closed ??= close()),
  };
}

/** Sound, other than what is judged by, and not older: else undefined, and the reason is said. */
async function newlyAccepted({ records, options, trouble, trust }: Office): Promise<Trust | undefined> {
  try {
    const next = await options.accepted();
    const isSame = next.policy.digest === trust.policy.digest && equal(next.root, trust.root);
    if (!isSame) requireOnward(new Meta(records), next.policy);
    trouble.policy = undefined;
    return isSame ? undefined : next;
  } catch (error) {
    const reason = troubleOf(error);
    if (trouble.policy !== reason) options.onTrust?.(`the policy is not taken up: ${reason}`);
    trouble.policy = reason;
    return undefined;
  }
}

/**
 * Judges by another policy from here on, as after a restart: no role is being judged, the reader of the log has
 * stopped, and every entry is read again. A build that runs, and whatever waits for somebody else's answer, ends
 * beside its successor, which begins only then; it gets no further in the log. Throws `supervisor.key` where the
 * policy does not list our own keys any more: what we would say says nothing, so the daemon ends.
 */
async function takeUp(
  office: Office,
  next: Trust,
  {
    gate,
    loops,
    end,
  }: { readonly gate: Gate; readonly loops: Loops; readonly end: (error: unknown) => void },
): Promise<Loops> {
  const { records, options, trouble } = office;
  requireListed(next.policy, options.operator, options.signers);
  for (const one of Object.values(loops)) void one.stop();
  // It reads what is forgotten now.
  await loops.judging.stop();
  await gate.alone(async () => {
    await office.duties.tail.retire();
    office.duties = assemble(records, options, next, trouble);
    office.trust = next;
  });
  const { document, root } = next.policy;
  options.onTrust?.(`policy ${document.version} under root ${root.version} is in force`);
  return begin(office.duties, options, end, loops);
}

type Loops = Readonly<
  Record<'follow' | 'holding' | 'building' | 'judging' | 'sending' | 'reading' | 'watching', Loop>
>;

/** Each duty in its own loop: a long build keeps nobody from seeing a fork. `before`: those of the policy before. */
function begin(
  duties: Duties,
  options: SupervisorOptions,
  end: (error: unknown) => void,
  before?: Loops,
): Loops {
  const { tail, outbox, findings, holdings, orders, publications, signed, relay, desk, custody, trouble } =
    duties;
  const { pollMs = 1_000, peerMs = 10_000, graceMs = 600_000, submit } = options;
  const clock = options.clock ?? systemClock;
  const start = (name: keyof Loops, everyMs: number, work: () => Promise<boolean | void>): Loop =>
    loop(everyMs, work, end, before?.[name]);

  const follow = start('follow', pollMs, async () => {
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
  const holding = start('holding', pollMs, () => holdings.obtainDue());
  const building = start('building', pollMs, () => orders.workOnDue());
  const judging = start(
    'judging',
    pollMs,
    async () => (await publications.judgeNext()) || publications.readNext(),
  );
  const sending = start('sending', pollMs, async () => {
    await desk.grantApproved();
    await outbox.send(submit);
    await relay.send();
    await relay.reportMissing();
    await signed.reportUnpublished(findings, clock);
  });
  const reading = start('reading', peerMs, () => relay.readPeers());
  const watching = start('watching', peerMs, () => custody.look());
  return { follow, holding, building, judging, sending, reading, watching };
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
