// What a reader runs instead of believing a page: commands to copy, as they are. Every word in them is of an
// alphabet that no shell reads anything into, or stands in quotes.

import type { ReleaseFacts } from './facts.ts';

/** For POSIX shells. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Where the Center passes the repository on: from there nothing else is needed. */
export interface Place {
  readonly origin: string;
  readonly log: string;
  readonly repository: string;
}

function download(place: Place, path: string, name: string): string {
  return `curl -fsS -o ${quoted(name)} ${quoted(`${place.origin}/repository/${path}`)}`;
}

/** The files of a verdict, under the names that `verifyCommand` uses. */
export function fetchCommand(
  place: Place,
  artifact: { readonly sha256: string; readonly output: string; readonly path: string },
  publication: string | undefined,
): string {
  return [
    download(place, artifact.path, baseName(artifact.output)),
    download(place, `evidence/${artifact.sha256}.json`, 'evidence.json'),
    ...(publication === undefined ? [] : [download(place, publication, 'publication.json')]),
    download(place, 'policy.json', 'policy.json'),
    download(place, 'root.json', 'root.json'),
  ].join('\n');
}

export function verifyCommand(
  place: Place,
  { product, channel, sequence }: Pick<ReleaseFacts, 'product' | 'channel' | 'sequence'>,
  artifact: { readonly output: string; readonly platform: string },
  publication: string | undefined,
): string {
  return [
    `vitrine verify ${quoted(baseName(artifact.output))} --evidence evidence.json`,
    ...(publication === undefined ? [] : ['--publication publication.json']),
    '--policy policy.json --root root.json',
    `--log ${quoted(place.log)}`,
    `--product ${quoted(product)} --channel ${quoted(channel)} --platform ${quoted(artifact.platform)}`,
    `--min-sequence ${sequence}`,
  ].join(' \\\n  ');
}

/** One command: the policy and root first, then the rebuild that starts from the log's order alone. */
export function rebuildCommand(place: Place, order: string): string {
  return [
    download(place, 'policy.json', 'policy.json'),
    download(place, 'root.json', 'root.json'),
    [
      `vitrine rebuild ${order}`,
      `--log ${quoted(place.log)} --repository ${quoted(place.repository)}`,
      '--policy policy.json --root root.json',
      '--key rebuilder.key --data rebuild',
    ].join(' \\\n  '),
  ].join(' &&\n');
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
