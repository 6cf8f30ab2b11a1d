// What is being released, decided once and durable before anything of it happens: a supervisor signs a
// version of a role only once, so that whoever continues must come with the same bytes (D15).

import { join } from 'node:path';
import {
  assembleTuf,
  fields,
  fromBase64,
  quote,
  release as releaseKind,
  schema,
  signTuf,
  toBase64,
  type Release,
  type Schema,
  type TufSignature,
} from '@vitrine/evidence';
import { isTargetPath } from '@vitrine/tuf';
import { draftRole, type PlannedTarget } from '@vitrine/tuf/repository';
import { fail } from '../codes.ts';
import type { EntryOf, Ledger } from '../ledger.ts';
import type { Built } from './built.ts';
import { openJournal, type Journal } from './journal.ts';
import { nowOf, withLease, type Publisher } from './publisher.ts';

export interface ReleaseRequest {
  /** Statement identifier of the order. */
  readonly order: string;
  readonly channel: string;
  /** Default: what the order was built for. */
  readonly platform?: string | undefined;
  /** Default: the next one of product and channel. */
  readonly sequence?: number | undefined;
}

export interface Intent {
  readonly order: string;
  readonly product: string;
  readonly channel: string;
  readonly platform: string;
  readonly sequence: number;
  /** The delegated role, its next version, the signed part in base64, and our signature on it. */
  readonly role: string;
  readonly version: number;
  readonly draft: string;
  readonly signature: TufSignature;
  /**
   * Whether a supervisor was ever shown it: set before the first one is. One that was may have signed it,
   * also where its answer was lost, and then signs no other role of this version.
   */
  readonly asked: boolean;
  /** Supervisors that are known to have signed it. */
  readonly signedBy: readonly string[];
}

/** What was shown to supervisors and then dropped: a version that is not drafted again with other bytes. */
export type LostDraft = Pick<Intent, 'version' | 'draft' | 'signature'>;

const lostForm = {
  version: schema.integer(1),
  draft: schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 12 << 20, 'bytes in base64'),
  signature: schema.object({
    keyid: schema.text(/^[0-9a-f]{64}$/, 64, 'a keyid'),
    sig: schema.text(/^[0-9a-f]{2,160}$/, 160, 'a signature in hex'),
  }),
};

const intentForm: Schema<Intent> = schema.object({
  ...lostForm,
  order: fields.statementId,
  product: fields.name,
  channel: fields.name,
  platform: fields.name,
  sequence: schema.integer(1),
  role: schema.text(/^[a-z0-9][a-z0-9._-]{0,127}$/, 128, 'a role'),
  asked: schema.flag,
  signedBy: schema.list(fields.name, { most: 64 }),
});

export function intentJournal({ drafts }: Pick<Publisher, 'drafts'>): Journal<Intent> {
  return openJournal(join(drafts, 'release.json'), intentForm);
}

/** The role file, with our signature and those that supervisors have added. */
export function roleFileOf(
  { draft, signature }: LostDraft,
  cosignatures: readonly TufSignature[] = [],
): Uint8Array {
  return assembleTuf(fromBase64(draft), [signature, ...cosignatures]);
}

/** Where an output is found by endpoints: what it is comes first, so that roles can be told apart by path. */
export function targetPathOf(
  { product, channel, platform }: Pick<Intent, 'product' | 'channel' | 'platform'>,
  output: string,
): string {
  const path = `${product}/${channel}/${platform}/${output}`;
  if (!isTargetPath(path))
    throw fail(
      'release.path',
      `the output ${quote(output)} cannot be a target: names there are lower case, without spaces`,
      { at: output },
    );
  return path;
}

/** Whether this is what is under way: what was left open by the one who asks is not compared. */
export function isFor(intent: Intent, request: ReleaseRequest): boolean {
  return (
    intent.order === request.order &&
    intent.channel === request.channel &&
    (request.platform === undefined || intent.platform === request.platform) &&
    (request.sequence === undefined || intent.sequence === request.sequence)
  );
}

/** Decides everything that is left open, and signs the next version of the role. */
export async function decide(
  publisher: Publisher,
  ledger: Ledger,
  built: Built,
  request: ReleaseRequest,
): Promise<Intent> {
  const { product, version, environment } = built.order.predicate;
  const { channel } = request;
  const platform = request.platform ?? environment.platform;
  // A verdict asks the same of release and order.
  if (platform !== 'any' && platform !== environment.platform)
    throw fail(
      'release.platform',
      `the order was built for ${environment.platform}, not for ${quote(platform)}`,
    );
  const sequence = sequenceOf(ledger, product, request);
  const role = `${product}-${channel}`;
  const where = { product, channel, platform };
  const before = (await publisher.repository.newest(role))?.signed;
  const targets: Record<string, PlannedTarget> = {};
  for (const [path, { length, sha256, custom }] of before?.targets ?? [])
    targets[path] = { length, sha256, ...(custom === undefined ? {} : { custom }) };
  for (const { path, sha256, size } of built.outputs.outputs) {
    targets[targetPathOf(where, path)] = {
      length: size,
      sha256,
      custom: { vitrine: { sequence, version } },
    };
  }
  const next = await nextVersion(publisher, role, before?.version ?? 0);
  const draft = draftRole({
    version: next,
    expires: nowOf(publisher) + publisher.expiry.role,
    targets,
  });
  return {
    ...where,
    order: request.order,
    sequence,
    role,
    version: next,
    draft: toBase64(draft),
    signature: await signTuf(draft, publisher.signers.role),
    asked: false,
    signedBy: [],
  };
}

/**
 * Drops what is under way. Its version of the role is reused only where no supervisor was shown it: each
 * signs a version once, in order (D15). A lost version is kept with its bytes, because a supervisor that
 * lacks it must sign it before the one after it.
 */
export function abandon(publisher: Pick<Publisher, 'drafts'>): Promise<Intent | undefined> {
  return withLease(publisher, 'release', async () => {
    const journal = intentJournal(publisher);
    const intent = await journal.read();
    if (intent === undefined) return undefined;
    const { asked, role, version, draft, signature } = intent;
    if (asked) await lostJournal(publisher, role, version).write({ version, draft, signature });
    await journal.clear();
    return intent;
  });
}

/** One file for each version: the name of a role cannot make it another one's, because it comes last. */
export function lostJournal(
  { drafts }: Pick<Publisher, 'drafts'>,
  role: string,
  version: number,
): Journal<LostDraft> {
  return openJournal(join(drafts, `lost-${version}.${role}.json`), schema.object(lostForm));
}

/** Lost versions follow the newest one on disk without a gap. */
async function nextVersion(
  publisher: Pick<Publisher, 'drafts'>,
  role: string,
  newest: number,
): Promise<number> {
  let next = newest + 1;
  while ((await lostJournal(publisher, role, next).read()) !== undefined) next++;
  return next;
}

/** D26: never reused by another order, never below what was released. */
function sequenceOf(ledger: Ledger, product: string, { order, channel, sequence }: ReleaseRequest): number {
  const released = releasesOf(ledger, product, channel);
  const last = Math.max(0, ...released.map(({ predicate }) => predicate.sequence));
  if (sequence === undefined) return last + 1;
  const same = released.filter(({ predicate }) => predicate.sequence === sequence);
  if (sequence > last || (sequence === last && same.every(({ predicate }) => predicate.order === order)))
    return sequence;
  throw fail(
    'release.sequence',
    `${product} ${channel} has reached sequence ${last}: ${sequence} would go back or say it again of something else`,
  );
}

export function releasesOf(ledger: Ledger, product: string, channel: string): readonly EntryOf<Release>[] {
  return ledger
    .of(releaseKind)
    .filter(({ predicate }) => predicate.product === product && predicate.channel === channel);
}
