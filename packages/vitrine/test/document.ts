// A page of documentation as something that can be run: its files and its commands, in order.

import { readFileSync } from 'node:fs';

export type Piece =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | {
      readonly kind: 'command';
      readonly words: readonly string[];
      readonly background: boolean;
      readonly line: string;
    };

/** ```sh holds commands, one a line; ```LANGUAGE PATH a file. */
export function readDocument(path: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let fence: { readonly info: string; readonly lines: string[] } | undefined;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (fence === undefined) {
      const [, info] = /^```(\S.*)$/.exec(line) ?? [];
      const [, heading] = /^## (.+)$/.exec(line) ?? [];
      if (info !== undefined) fence = { info, lines: [] };
      else if (heading !== undefined) pieces.push({ kind: 'heading', text: heading });
    } else if (line === '```') {
      pieces.push(...piecesOf(fence.info, fence.lines));
      fence = undefined;
    } else {
      fence.lines.push(line);
    }
  }
  if (fence !== undefined) throw new Error(`${path}: a block that does not end`);
  return pieces;
}

function piecesOf(info: string, lines: readonly string[]): readonly Piece[] {
  const [language = '', file] = info.split(' ');
  if (file !== undefined) return [{ kind: 'file', path: file, content: `${lines.join('\n')}\n` }];
  if (language !== 'sh') return [];
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const background = line.endsWith(' &');
      return { kind: 'command', words: wordsOf(background ? line.slice(0, -2) : line), background, line };
    });
}

/** Words with double quotes around what holds spaces; nothing else that a shell would do stands on the page. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/"([^"]*)"|([^\s"]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  if (/[|;<>`$\\*]/.test(line)) throw new Error(`not a plain command: ${line}`);
  return words;
}
