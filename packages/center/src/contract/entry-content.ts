// What an entry of the log says, read from its bytes: by the server for what it looks up, and by the page for
// everything that it shows, so that no server's word stands between a reader and the entry.

import {
  leafHash,
  readEntry,
  release as releaseKind,
  toHex,
  withdrawal as withdrawalKind,
  type EntryReading,
  type Json,
  type Release,
  type Sha256,
  type Withdrawal,
} from '@vitrine/evidence';
import type { EntryView, SubjectView } from './log.ts';

export interface SealedIn {
  readonly commitment: string;
  readonly heldBy: string;
  /** Where the commitment stands in the predicate. */
  readonly member: string;
}

export interface EntryContent {
  readonly kind: string;
  readonly id: string | null;
  readonly keyid: string | null;
  readonly leaf: string;
  /** Undefined where it is no statement. */
  readonly predicate: Json | undefined;
  readonly subjects: readonly SubjectView[];
  readonly sealed: readonly SealedIn[];
  /** Of a release and of its withdrawal. */
  readonly release: Pick<Release, 'product' | 'channel' | 'sequence'> | null;
}

export function contentOf(bytes: Uint8Array, sha256?: Sha256): EntryContent {
  const reading = readEntry(bytes, sha256);
  const { statement, id, keyid } = reading;
  const predicate = statement?.predicate as Json | undefined;
  return {
    kind: kindIn(reading),
    id: id ?? null,
    keyid: keyid ?? null,
    leaf: toHex(leafHash(bytes, sha256)),
    predicate,
    subjects: (statement?.subject ?? []).map(({ name, digest }) => ({ name, sha256: digest.sha256 })),
    sealed: commitmentsIn(predicate),
    release: releaseIn(reading),
  };
}

/** `other`: a statement of a kind that is not ours. `unreadable`: no statement. */
export function kindIn({ kind, statement }: Pick<EntryReading, 'kind' | 'statement'>): EntryView['kind'] {
  return kind?.kind ?? (statement === undefined ? 'unreadable' : 'other');
}

function releaseIn({ kind, statement }: EntryReading): EntryContent['release'] {
  const isOne = kind?.kind === releaseKind.kind || kind?.kind === withdrawalKind.kind;
  if (!isOne || statement === undefined) return null;
  const { product, channel, sequence } = statement.predicate as Release | Withdrawal;
  return { product, channel, sequence };
}

/** Every value with the names that lead to it, the whole first. */
export function* walk(value: Json | undefined, at = ''): Generator<readonly [string, Json]> {
  if (value === undefined) return;
  yield [at, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* walk(inner, at === '' ? name : `${at}.${name}`);
}

/** Every commitment in a predicate: of the whole statement, or of one member (a difference, an explanation). */
function commitmentsIn(predicate: Json | undefined): readonly SealedIn[] {
  return [...walk(predicate)].flatMap(([member, value]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    const { commitment, heldBy } = value as Readonly<Record<string, Json>>;
    const isSealed = typeof commitment === 'string' && /^[0-9a-f]{64}$/.test(commitment);
    return isSealed && typeof heldBy === 'string' ? [{ commitment, heldBy, member }] : [];
  });
}
