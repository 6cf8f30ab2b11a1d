import {
  isVitrineError,
  loadRoot,
  parseRoot,
  parseTime,
  requireRootThreshold,
  type Root,
} from '@vitrine/evidence';
import { fail } from './codes.ts';
import type { Session } from './session.ts';
import type { RoleKey, SigningRole } from './signatures.ts';

/** A root with all four roles: what an update can stand on. */
export interface UpdateRoot extends Root {
  readonly roles: Required<Root['roles']>;
}

/** TUF 5.2 and 5.3. Each version is kept before the next is looked for, so that a crash loses none. */
export async function updateRoot(session: Session): Promise<UpdateRoot> {
  // 5.2: the expiry of the root we start from does not matter.
  let root = await loadTrusted(session);
  for (let rotations = 0; ; rotations++) {
    // 5.3.2, 5.3.3: that there is no next version is the regular end.
    const bytes = await session.find(`metadata/${root.version + 1}.root.json`, session.limits.root);
    if (bytes === undefined) break;
    if (rotations === session.limits.rotations)
      throw fail('tuf.rotations', `${rotations} new root versions in one run`);
    root = await acceptNext(session, root, bytes);
  }
  session.requireUnexpired('the root', parseTime(root.expires)); // 5.3.10
  return root;
}

async function loadTrusted(session: Session): Promise<UpdateRoot> {
  try {
    return withAllRoles(await loadRoot(session.trusted.root, session.verify, session.sha256));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('tuf.state', `the trusted root cannot be used: ${cause.message}`, { cause });
  }
}

async function acceptNext(session: Session, root: UpdateRoot, bytes: Uint8Array): Promise<UpdateRoot> {
  const read = parseRoot(bytes, session.sha256);
  const next = withAllRoles(read.root);
  await requireRootThreshold(read, root.roles.root, session.verify); // 5.3.4: by those of version N,
  await requireRootThreshold(read, next.roles.root, session.verify); // and by those of version N + 1
  if (next.version !== root.version + 1) {
    // 5.3.5
    throw fail('tuf.version', `root version ${next.version} is served as version ${root.version + 1}`);
  }
  await session.options.acceptRoot({ version: next.version, sha256: next.sha256, bytes });
  // 5.3.8, and in the same write 5.3.11: whoever stole an online key may have signed a version that no
  // honest one can exceed. With the keys, what they signed is forgotten.
  const { roles, timestamp, snapshot } = session.trusted;
  const forget = isRotated(root, next);
  await session.keep({
    root: bytes,
    roles,
    ...(forget || timestamp === undefined ? {} : { timestamp }),
    ...(forget || snapshot === undefined ? {} : { snapshot }),
  });
  return next;
}

function withAllRoles(root: Root): UpdateRoot {
  const { targets, snapshot, timestamp } = root.roles;
  if (targets === undefined || snapshot === undefined || timestamp === undefined)
    throw fail('tuf.root', 'the root does not name the keys of all four roles');
  return { ...root, roles: { root: root.roles.root, targets, snapshot, timestamp } };
}

function isRotated(before: UpdateRoot, after: UpdateRoot): boolean {
  return (['timestamp', 'snapshot'] as const).some(
    (role) => formOf(before.roles[role]) !== formOf(after.roles[role]),
  );
}

function formOf({ threshold, keys }: SigningRole<RoleKey>): string {
  return [threshold, ...keys.map(({ tufKeyid }) => tufKeyid).sort()].join(' ');
}
