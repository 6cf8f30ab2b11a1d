// Names that come from metadata and become parts of paths and addresses. One alphabet, judged as text.

import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';

const topLevel: ReadonlySet<string> = new Set(['root', 'targets', 'snapshot', 'timestamp']);

/** Without slash: a role's name is a file's name. All digits would be a version, and an array index. */
export function isRoleName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,127}$/.test(name) && !/^[0-9]+$/.test(name);
}

export function requireDelegatedName(name: string): void {
  if (!isRoleName(name) || topLevel.has(name))
    throw fail('tuf.name', `${quote(name)} is no name for a delegated role`);
}

const mostPath = 512;
/** With the digest before it, the last segment is a file name. */
const mostSegment = 128;

export function isTargetPath(path: string): boolean {
  if (path.length > mostPath || !/^[a-z0-9._/-]+$/.test(path)) return false;
  return path.split('/').every(isSegment);
}

/** No empty segment, none that begins with a dot (`.`, `..`, hidden files), none that Windows would cut. */
function isSegment(segment: string): boolean {
  return (
    segment !== '' && segment.length <= mostSegment && !segment.startsWith('.') && !segment.endsWith('.')
  );
}

export function requireTargetPath(path: string): void {
  if (!isTargetPath(path)) throw fail('tuf.name', `${quote(path)} is no path of a target`);
}
