const patterns: Readonly<Record<string, string>> = {
  hex64: '[0-9a-f]{64}',
  hex8: '[0-9a-f]{8}',
  n: '[0-9]+',
  ms: '[0-9]+(?:\\.[0-9]+)?',
  time: '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?Z',
  path: '/[^\\s"\']*',
  port: '[0-9]{1,5}',
  text: '.*',
};

const placeholder = new RegExp(`<(${Object.keys(patterns).join('|')})(?::([a-z0-9-]+))?>`, 'g');

/** Values that named placeholders have taken so far in a transcript. */
export type Bindings = Map<string, string>;

/** Whether a line is what was expected; a match binds the names that it meets first. */
export function matchLine(expected: string, actual: string, bindings: Bindings): boolean {
  const names: string[] = [];
  let pattern = '';
  let end = 0;
  for (const match of expected.matchAll(placeholder)) {
    const [whole, kind = '', name] = match;
    pattern += RegExp.escape(expected.slice(end, match.index));
    end = match.index + whole.length;
    const bound = name === undefined ? undefined : bindings.get(`${kind}:${name}`);
    if (bound !== undefined) pattern += RegExp.escape(bound);
    else if (name === undefined) pattern += `(?:${patterns[kind]})`;
    else if (names.includes(`${kind}:${name}`)) pattern += `\\${names.indexOf(`${kind}:${name}`) + 1}`;
    else {
      names.push(`${kind}:${name}`);
      pattern += `(${patterns[kind]})`;
    }
  }
  const found = new RegExp(`^${pattern}${RegExp.escape(expected.slice(end))}$`).exec(actual);
  if (found === null) return false;
  for (const [i, name] of names.entries()) bindings.set(name, found[i + 1] as string);
  return true;
}

/** A line of output as a new expectation: what never comes twice is replaced. */
export function generalise(line: string): string {
  return line
    .replace(new RegExp(patterns['time'] as string, 'g'), '<time>')
    .replace(/\b[0-9]+(?:\.[0-9]+)?(?= ?ms\b)/g, '<ms>')
    .replace(/(?<=127\.0\.0\.1:)[0-9]{1,5}\b/g, '<port>');
}
