import { fail } from './codes.ts';
import type { Snapshot } from './roles/snapshot.ts';
import { parseTargets, type Targets } from './roles/targets.ts';
import type { Session } from './session.ts';
import { requireThreshold, type RoleKey, type SigningRole } from './signatures.ts';

/**
 * TUF 5.6.1 to 5.6.6 for one role under one delegator. `judge` adds our rules on who
 * signed and what is listed. A kept file is judged like a fetched one: under another delegator it must hold again.
 */
export async function loadRole<Key extends RoleKey>(
  session: Session,
  snapshot: Snapshot,
  name: string,
  role: SigningRole<Key>,
  judge: (signers: readonly Key[], listed: Targets) => void,
): Promise<Targets> {
  const meta = snapshot.roles.get(name);
  if (meta === undefined) throw fail('tuf.unlisted', `the snapshot does not list ${name}`, { at: name });
  const kept = Object.hasOwn(session.trusted.roles, name) ? session.trusted.roles[name] : undefined;
  const isKept = kept !== undefined && session.isAnnounced(kept, meta);
  const bytes = isKept ? kept : await session.fetchAnnounced(`metadata/${meta.version}.${name}.json`, meta); // 5.6.1, 5.6.2
  const metadata = parseTargets(bytes, session);
  const signers = await requireThreshold(name, metadata, role, session.verify); // 5.6.3
  const { version, expires } = metadata.signed;
  if (version !== meta.version)
    throw fail('tuf.version', `${name} version ${version} is announced as ${meta.version}`, { at: name }); // 5.6.4
  session.requireUnexpired(name, expires); // 5.6.5
  judge(signers, metadata.signed);
  if (!isKept) {
    // 5.6.6
    await session.keep({ ...session.trusted, roles: { ...session.trusted.roles, [name]: bytes } });
  }
  return metadata.signed;
}
