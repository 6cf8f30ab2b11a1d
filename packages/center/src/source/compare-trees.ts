// Two trees side by side, from their listings alone: what was added, removed, changed, given another mode,
// or moved without a change. No file is opened for it.

import type { TreeFile } from '@vitrine/evidence';

export type ChangeKind = 'added' | 'removed' | 'changed' | 'mode' | 'moved';

export interface TreeChange {
  readonly kind: ChangeKind;
  /** As it is called in the newer tree; in the older one where it was removed. */
  readonly path: string;
  readonly from?: TreeFile | undefined;
  readonly to?: TreeFile | undefined;
}

/** Sorted by path. `allows` decides what the reader may know of: nothing else plays a part, also not as an origin. */
export function compareTrees(
  from: readonly TreeFile[],
  to: readonly TreeFile[],
  allows: (path: string) => boolean,
): readonly TreeChange[] {
  const before = new Map<string, TreeFile>();
  for (const file of from) if (allows(file.path)) before.set(file.path, file);
  const changes: TreeChange[] = [];
  const added: TreeFile[] = [];
  for (const file of to) {
    if (!allows(file.path)) continue;
    const old = before.get(file.path);
    if (old === undefined) added.push(file);
    else {
      before.delete(file.path);
      if (old.sha256 !== file.sha256) changes.push({ kind: 'changed', path: file.path, from: old, to: file });
      else if (old.mode !== file.mode) changes.push({ kind: 'mode', path: file.path, from: old, to: file });
    }
  }
  // What is left in `before` was removed.
  const gone = Map.groupBy(before.values(), ({ sha256 }) => sha256);
  for (const file of added) {
    const old = file.size === 0 ? undefined : takeOrigin(gone.get(file.sha256), file.path);
    if (old === undefined) changes.push({ kind: 'added', path: file.path, to: file });
    else {
      before.delete(old.path);
      changes.push({ kind: 'moved', path: file.path, from: old, to: file });
    }
  }
  for (const file of before.values()) changes.push({ kind: 'removed', path: file.path, from: file });
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Of several equal files the one that kept its name is the likelier origin. */
function takeOrigin(equal: TreeFile[] | undefined, path: string): TreeFile | undefined {
  if (equal === undefined || equal.length === 0) return undefined;
  const name = path.slice(path.lastIndexOf('/'));
  const same = equal.findIndex((file) => file.path.endsWith(name));
  return equal.splice(Math.max(same, 0), 1)[0];
}
