// PATHPATTERN of the TUF specification: `*` and `?` within a segment, nothing else. Not a glob library:
// those know braces, negation and comments, and read one pattern differently from each other.

import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';

const mostStars = 8;

/** A pattern as it may stand in a delegation. At most eight stars keep matching linear in the path. */
export function requirePattern(pattern: string): void {
  const stars = pattern.split('*').length - 1;
  const sound =
    pattern.length <= 512 &&
    stars <= mostStars &&
    !pattern.includes('**') && // To other readers it crosses segments.
    /^[a-z0-9._/*?-]+$/.test(pattern) &&
    pattern.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (!sound) throw fail('tuf.name', `${quote(pattern)} is no pattern of target paths`);
}

export function matchesPattern(pattern: string, path: string): boolean {
  const patterns = pattern.split('/');
  const segments = path.split('/');
  return (
    patterns.length === segments.length &&
    patterns.every((one, i) => matchesSegment(one, segments[i] as string))
  );
}

/** The earliest place for each literal part is as good as any later one, so nothing is tried twice. */
function matchesSegment(pattern: string, segment: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return segment.length === first.length && fits(first, segment, 0);
  if (segment.length < first.length + last.length || !fits(first, segment, 0)) return false;
  const end = segment.length - last.length;
  let at = first.length;
  for (const part of rest) {
    while (at + part.length <= end && !fits(part, segment, at)) at++;
    if (at + part.length > end) return false;
    at += part.length;
  }
  return fits(last, segment, end);
}

function fits(part: string, segment: string, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (part[i] !== '?' && part[i] !== segment[at + i]) return false;
  return true;
}
