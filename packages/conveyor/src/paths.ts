// Names of a tree as a file system would see them: what may not be unpacked, and what would collide.

import { decodePath, fromUtf8, quote, type TreeFile } from '@vitrine/evidence';
import { fail } from './codes.ts';

/**
 * Refuses two paths, or folders of two paths, that differ only in case or Unicode form: such a tree
 * unpacks to different files on different machines. Sorted by what such a machine sees, all files of a
 * folder stand together, so that neighbours alone are compared: time and memory go with the listing.
 */
export function requireDistinctNames(files: readonly TreeFile[]): void {
  const seen = files
    .map(({ path }) => ({ path, folded: path.split('/').map(folded).join('\0') }))
    // NUL sorts before every byte of a name, and no name holds it.
    .toSorted((a, b) => (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : 0));
  for (let i = 1; i < seen.length; i++) {
    const [one, other] = [seen[i - 1]?.path.split('/') ?? [], seen[i]?.path.split('/') ?? []];
    const at = one.findIndex((segment, j) => segment !== other[j]);
    const [a, b] = [one[at], other[at]];
    if (a === undefined || b === undefined || folded(a) !== folded(b)) continue;
    const [name, known] = [other, one].map((segments) => segments.slice(0, at + 1).join('/')) as [
      string,
      string,
    ];
    throw fail('source.case-collision', `${quote(name)} and ${quote(known)} differ only in case`, {
      at: name,
    });
  }
}

function folded(segment: string): string {
  const bytes = decodePath(segment);
  try {
    return foldName(fromUtf8(bytes));
  } catch {
    return segment.toLowerCase();
  }
}

/** What a file system that ignores case and Unicode form takes for the same name. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase().toUpperCase();
}

/**
 * Refuses a link that could leave the tree. Climbing is allowed at the start only: after a name that may
 * itself be a link, `..` would lead to the parent of its target. Links that point nowhere are harmless.
 */
export function requireInside(path: string, target: Uint8Array): void {
  const refuse = (why: string): Error =>
    fail('source.symlink', `the symbolic link ${quote(path)} ${why}`, { at: path });
  if (target.length === 0 || target.length > 4095 || target.includes(0)) throw refuse('has no usable target');
  const text = Buffer.from(target).toString('latin1');
  if (text.startsWith('/') || text.includes('\\') || /^[A-Za-z]:/.test(text)) throw refuse('is absolute');
  let depth = path.split('/').length - 1;
  let named = false;
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') named = true;
    else if (named) throw refuse('climbs after a folder');
    else if (--depth < 0) throw refuse('leaves the tree');
  }
}
