// Names of a tree as a file system would see them: what may not be unpacked, and what would collide.

import { decodePath, fromUtf8, quote, type TreeFile } from '@vitrine/evidence';
import { fail } from './codes.ts';

/**
 * Refuses two paths, or folders of two paths, that differ only in case or Unicode form: such a tree
 * unpacks to different files on different machines.
 */
export function requireDistinctNames(files: readonly TreeFile[]): void {
  const spellings = new Map<string, string>();
  for (const { path } of files) {
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const name = end < 0 ? path : path.slice(0, end);
      const known = spellings.get(folded(name));
      if (known !== undefined && known !== name) {
        throw fail('source.case-collision', `${quote(name)} and ${quote(known)} differ only in case`, {
          at: name,
        });
      }
      spellings.set(folded(name), name);
      if (end < 0) break;
    }
  }
}

function folded(path: string): string {
  const bytes = decodePath(path);
  try {
    return fromUtf8(bytes).normalize('NFC').toLowerCase().toUpperCase();
  } catch {
    return path.toLowerCase();
  }
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
