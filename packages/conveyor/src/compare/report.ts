// A comparison in lines: each difference with the way to it, then what remains unexplained.

import { quote } from '@vitrine/evidence';
import type { Comparison, Difference } from './model.ts';

const mostLines = 200;

export function describeComparison({ equal, a, b, ...rest }: Comparison): readonly string[] {
  const { differences, differing, explained, omitted } = rest;
  const sides = [`a  ${a.sha256}  ${a.size} bytes`, `b  ${b.sha256}  ${b.size} bytes`];
  if (equal) return [...sides, 'equal'];
  const lines = differences.flatMap((one) => linesOf(one, []));
  const hidden = Math.max(0, lines.length - mostLines);
  return [
    ...sides,
    ...lines.slice(0, mostLines),
    ...(hidden > 0 ? [`and ${hidden} more places; --json lists them`] : []),
    ...(omitted > 0 ? [`and ${omitted} places that are counted, not listed`] : []),
    `different: ${explained} bytes explained of ${differing}`,
  ];
}

function linesOf(difference: Difference, way: readonly string[]): readonly string[] {
  const { name, parts, note } = difference;
  const here = [...way, name];
  if (parts !== undefined)
    return [
      ...(note === undefined ? [] : [`${here.join(' > ')}: ${note}`]),
      ...parts.flatMap((part) => linesOf(part, here)),
    ];
  return [`${here.join(' > ')}: ${wordsOf(difference)}`];
}

function wordsOf({ a, b, as, first, bytes, line, note }: Difference): string {
  const said: string[] = [];
  if (note !== undefined) said.push(note);
  if (a !== undefined && b !== undefined && bytes !== undefined && first !== undefined) {
    said.push(
      `${bytes} ${bytes === 1 ? 'byte' : 'bytes'} from offset ${first}${a.size === b.size ? '' : `, ${a.size} and ${b.size} long`}`,
    );
  } else if (bytes !== undefined) said.push(`${bytes} bytes`);
  if (line !== undefined) said.push(`line ${line.number}: ${quote(line.a, 100)} and ${quote(line.b, 100)}`);
  return said.length === 0 ? as : said.join('; ');
}
