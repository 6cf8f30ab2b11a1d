// Path patterns of the access table. Paths are in the form of tree listings (docs/spec/tree.md): printable
// ASCII, every other byte as %XX; so is a pattern. `*` stands for any part of one name, `**` as a whole
// name for any number of folders; nothing else is special. Matching is quadratic at worst, whatever the
// pattern and the path are.

export type PathPattern = (path: string) => boolean;

export function pathPattern(text: string): PathPattern {
  const wanted = text.split('/');
  const stars = wanted.indexOf('**');
  // What nearly all are: a file, or a folder and all below it.
  if (!text.includes('*')) return (path) => path === text;
  if (stars === wanted.length - 1 && !text.slice(0, -2).includes('*')) {
    const folder = text.slice(0, -2);
    return (path) => path.length > folder.length && path.startsWith(folder);
  }
  // A folder is nothing that can be read: at the end, ** stands for at least one name.
  if (stars >= 0 && wanted.at(-1) === '**') wanted.push('*');
  return (path) => segmentsMatch(wanted, path.split('/'));
}

/** The classic walk with one point to return to: a later `**` makes earlier ones final. */
function segmentsMatch(pattern: readonly string[], path: readonly string[]): boolean {
  return walk(
    pattern.length,
    path.length,
    (p) => pattern[p] === '**',
    (p, i) => nameMatches(pattern[p] as string, path[i] as string),
  );
}

function nameMatches(pattern: string, name: string): boolean {
  return walk(
    pattern.length,
    name.length,
    (p) => pattern[p] === '*',
    (p, i) => pattern[p] === name[i],
  );
}

function walk(
  patterns: number,
  items: number,
  isStar: (p: number) => boolean,
  same: (p: number, i: number) => boolean,
): boolean {
  let p = 0;
  let i = 0;
  let star = -1;
  let from = 0;
  while (i < items) {
    if (p < patterns && isStar(p)) {
      star = p++;
      from = i;
    } else if (p < patterns && same(p, i)) {
      p++;
      i++;
    } else if (star >= 0) {
      p = star + 1;
      i = ++from;
    } else return false;
  }
  while (p < patterns && isStar(p)) p++;
  return p === patterns;
}
