import { quote, schema, type JsonObject, type Schema } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { readFileMeta, readMetadata, type FileMeta, type Metadata, type Signed } from '../metadata.ts';
import { requireDelegatedName } from '../names.ts';

export interface Snapshot extends Signed {
  /** `targets` and every delegated role, by name: version, length and digest of the file that counts. */
  readonly roles: ReadonlyMap<string, FileMeta>;
}

const body = schema.object({ meta: schema.anything }, {}, { open: true });
const anyObject = schema.object({}, {}, { open: true }) as Schema<unknown> as Schema<JsonObject>;

export function parseSnapshot(bytes: Uint8Array, limits: Limits = defaultLimits): Metadata<Snapshot> {
  return readMetadata<Snapshot>(bytes, 'snapshot', limits.snapshot, (signed, at) => {
    const meta = anyObject.check(body.check(signed, at).meta, `${at}/meta`);
    return { roles: readRoles(meta, `${at}/meta`, limits) };
  });
}

function readRoles(meta: JsonObject, at: string, limits: Limits): ReadonlyMap<string, FileMeta> {
  const files = Object.entries(meta);
  if (files.length > limits.roles)
    throw fail('tuf.size', `a snapshot of ${files.length} roles; at most ${limits.roles}`, { at });
  const roles = new Map<string, FileMeta>();
  for (const [name, value] of files) {
    if (!name.endsWith('.json')) throw fail('tuf.name', `${quote(name)} is no file of a role`, { at });
    const role = name.slice(0, -'.json'.length);
    if (role !== 'targets') requireDelegatedName(role);
    roles.set(role, readFileMeta(value, `${at}/${name}`, limits.targets));
  }
  if (!roles.has('targets'))
    throw fail('tuf.unlisted', 'the snapshot does not list the role targets', { at });
  return roles;
}

/** 5.5.5: no role goes back, none disappears, and none changes without a new version. */
export function requireNoRollback(before: Snapshot, after: Snapshot): void {
  for (const [name, old] of before.roles) {
    const now = after.roles.get(name);
    if (now === undefined) throw fail('tuf.rollback', `the role ${name} has disappeared`, { at: name });
    if (now.version < old.version)
      throw fail('tuf.rollback', `${name} version ${now.version}, after ${old.version}`, { at: name });
    if (now.version === old.version && now.sha256 !== old.sha256)
      throw fail('tuf.equivocation', `another ${name} of version ${now.version}`, { at: name });
  }
}
