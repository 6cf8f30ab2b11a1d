// A delegated role as the vendor sends it to be co-signed, and what can be judged by the file and its
// delegation alone (D15). Everything in it is a stranger's until the vendor's signature has been checked.

import { fields, isVitrineError, quote, schema } from '@vitrine/evidence';
import { sha256Hex, verifySignature } from '@vitrine/host';
import { matchesPattern, signersOf, type Metadata, type Targets } from '@vitrine/tuf';
import { fail } from './codes.ts';
import type { JointRole } from './delegations.ts';

/** A target with what releases say about themselves in `custom`. */
export interface Item {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
  readonly sequence: number;
  readonly version: string;
}

export interface Draft {
  readonly role: JointRole;
  readonly metadata: Metadata<Targets>;
  /** SHA-256 of the canonical signed part. */
  readonly sha256: string;
  readonly items: readonly Item[];
}

const limits = { targets: 4_096, path: 300, length: 1_073_741_824, seconds: 366 * 86_400 } as const;

const custom = schema.object({
  vitrine: schema.object({ sequence: schema.integer(1), version: fields.version }),
});

/** The role is known and delegated to the vendor and to us, and the vendor signed it. */
export async function readDraft(
  metadata: Metadata<Targets>,
  joint: readonly JointRole[],
  name: string | undefined,
): Promise<Draft> {
  const role = requireRole(metadata.signed, joint, name);
  await requireVendor(metadata, role);
  return { role, metadata, items: itemsOf(metadata.signed), sha256: sha256Hex(metadata.message) };
}

export function itemsOf({ targets }: Targets): readonly Item[] {
  return [...targets].map(([path, target]) => readItem(path, target));
}

/** By name; without one, the only role whose paths take every target. */
function requireRole(targets: Targets, joint: readonly JointRole[], name: string | undefined): JointRole {
  const paths = [...targets.targets.keys()];
  const fitting =
    name === undefined
      ? joint.filter((role) => paths.every((path) => isWithin(role, path)))
      : joint.filter((role) => role.name === name);
  const [role, second] = fitting;
  if (role !== undefined && second === undefined) return role;
  const which = name === undefined ? 'the one that these targets are for' : quote(name);
  throw fail('cosign.role', `no role delegated to the vendor and to us is ${which}`);
}

function isWithin({ paths }: JointRole, path: string): boolean {
  return paths.some((pattern) => matchesPattern(pattern, path));
}

async function requireVendor(metadata: Metadata<Targets>, { name, vendorKeys }: JointRole): Promise<void> {
  let signers: readonly unknown[] = [];
  try {
    signers = await signersOf(metadata, vendorKeys, verifySignature);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('cosign.signature', `a vendor's signature on ${name} is not valid`, { cause });
  }
  if (signers.length === 0) throw fail('cosign.signature', `no vendor key of ${name} signed it`);
}

function readItem(path: string, target: { length: number; sha256: string; custom: unknown }): Item {
  try {
    const { sequence, version } = custom.check((target.custom ?? null) as never).vitrine;
    return { path, length: target.length, sha256: target.sha256, sequence, version };
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('cosign.target', `the target ${quote(path)}: ${cause.message}`, { at: path, cause });
  }
}

export function requireExpiry({ metadata, role }: Draft, now: number): void {
  const left = metadata.signed.expires - now;
  if (left <= 0 || left > limits.seconds)
    throw fail('cosign.expires', `${role.name} expires in ${Math.floor(left)} s; at most ${limits.seconds}`);
}

export function requireNoDelegations({ metadata, role }: Draft): void {
  if (metadata.signed.delegations.length > 0)
    throw fail('cosign.delegates', `${role.name} delegates to ${metadata.signed.delegations.length} roles`);
}

export function requireWithinLimits({ items, role }: Draft): void {
  if (items.length > limits.targets)
    throw fail('cosign.limit', `${role.name} has ${items.length} targets; at most ${limits.targets}`);
  const large = items.find(({ path, length }) => path.length > limits.path || length > limits.length);
  if (large !== undefined)
    throw fail('cosign.limit', `${quote(large.path)} has ${large.length} bytes`, { at: large.path });
}

export function requirePaths({ items, role }: Draft): void {
  const outside = items.find(({ path }) => !isWithin(role, path));
  if (outside !== undefined)
    throw fail('cosign.path', `${quote(outside.path)} is no path of ${role.name}`, { at: outside.path });
}
