import {
  fields,
  schema,
  sha256 as pureSha256,
  type Json,
  type JsonObject,
  type Schema,
  type Sha256,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { hashes, readMetadata, type Metadata, type Signed } from '../metadata.ts';
import { requireTargetPath } from '../names.ts';
import { readDelegations, type Delegation } from './delegations.ts';

export interface TargetFile {
  readonly length: number;
  readonly sha256: string;
  readonly custom: JsonObject | undefined;
}

export interface Targets extends Signed {
  /** A map, so that no name means anything but itself. */
  readonly targets: ReadonlyMap<string, TargetFile>;
  /** In the order in which they are searched. */
  readonly delegations: readonly Delegation[];
  /** Of `x-vitrine`: the operator of each delegation key by TUF keyid (D4). */
  readonly operators: ReadonlyMap<string, string>;
}

const { anything, integer, object, record } = schema;
const open = { open: true };

const anyObject = object({}, {}, open) as Schema<unknown> as Schema<JsonObject>;
const target: Schema<{
  readonly length: number;
  readonly hashes: { readonly sha256: string };
  readonly custom?: JsonObject;
}> = object({ length: integer(0), hashes }, { custom: anyObject }, open);
const operators = record(/^[0-9a-f]{64}$/, fields.name, 1_024);
const body = object(
  { targets: anything },
  { delegations: anything, 'x-vitrine': object({}, { operators }, open) },
  open,
);

export interface ReadTargetsOptions {
  readonly limits?: Limits;
  readonly sha256?: Sha256;
}

/** Top-level targets or a delegated role. */
export function parseTargets(
  bytes: Uint8Array,
  { limits = defaultLimits, sha256 = pureSha256 }: ReadTargetsOptions = {},
): Metadata<Targets> {
  return readMetadata<Targets>(bytes, 'targets', limits.targets, (signed, at) => {
    const { targets, delegations, 'x-vitrine': own } = body.check(signed, at);
    return {
      targets: readTargets(targets, `${at}/targets`, limits.entries),
      delegations:
        delegations === undefined
          ? []
          : readDelegations(delegations, `${at}/delegations`, limits.delegations, sha256),
      operators: new Map(Object.entries(own?.operators ?? {})),
    };
  });
}

function readTargets(value: Json, at: string, most: number): ReadonlyMap<string, TargetFile> {
  const listed = Object.entries(anyObject.check(value, at));
  if (listed.length > most) throw fail('tuf.size', `${listed.length} targets; at most ${most}`, { at });
  const targets = new Map<string, TargetFile>();
  for (const [path, one] of listed) {
    requireTargetPath(path);
    // The schema is what counts; where a file lists thousands, most are seen to satisfy it without it.
    if (isPlainTarget(one)) targets.set(path, targetOf(one));
    else targets.set(path, targetOf(target.check(one, `${at}/${path}`)));
  }
  return targets;
}

type ListedTarget = ReturnType<typeof target.check>;

function targetOf({ length, hashes: { sha256 }, custom }: ListedTarget): TargetFile {
  return { length, sha256, custom };
}

/** What `target` accepts, for a value that `parseJson` answered: its numbers are integers. */
function isPlainTarget(value: Json): value is Json & ListedTarget {
  if (!isObject(value) || !isObject(value['hashes'])) return false;
  const { length, hashes: digests, custom } = value;
  const { sha256 } = digests;
  return (
    typeof length === 'number' &&
    length >= 0 &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    Object.keys(digests).length === 1 &&
    (custom === undefined || isObject(custom))
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** D4: what all operators sign together, once a year, is no place for products. */
export function requirePoliciesOnly({ targets }: Targets): void {
  for (const path of targets.keys()) {
    if (!/^(?:[a-z0-9-]+-)?policy\.json$/.test(path))
      throw fail('tuf.path', `top-level targets list ${path}; they may list policies only`, { at: path });
  }
}
