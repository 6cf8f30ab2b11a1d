// The symbols of one file, by its grammar: parsed within limits of size and time. What could not be looked
// at says so; a file with errors gives what the parser recovered.

import { Parser, type Node } from 'web-tree-sitter';
import { loadGrammar, type Grammar } from './grammars.ts';
import type { GrammarName } from './languages.ts';

/** Role 0 defines, 1 refers. Line and column from 1; columns in UTF-16 units. */
export type OutlineRow = readonly [name: string, role: 0 | 1, kind: string, line: number, column: number];

export interface Outline {
  readonly state: 'done' | 'partly' | 'failed';
  readonly rows: readonly OutlineRow[];
  readonly fault: string | null;
}

export const symbolLimits = {
  /** Characters: a parse tree takes some thirty times as much memory. */
  characters: 1_048_576,
  milliseconds: 3_000,
  symbols: 20_000,
  nameCharacters: 200,
} as const;

/** One parser for each grammar; owned by one thread. */
export class Extractor {
  readonly #grammars = new Map<GrammarName, Promise<Grammar>>();

  async extract(name: GrammarName, text: string): Promise<Outline> {
    if (text.length > symbolLimits.characters)
      return failed(`it has more than ${symbolLimits.characters.toLocaleString('en')} characters`);
    let grammar = this.#grammars.get(name);
    if (grammar === undefined) this.#grammars.set(name, (grammar = loadGrammar(name)));
    const { language, query } = await grammar;
    const end = performance.now() + symbolLimits.milliseconds;
    const late = (): boolean => performance.now() > end;
    const parser = new Parser();
    try {
      parser.setLanguage(language);
      const tree = parser.parse(text, null, { progressCallback: late });
      if (tree === null) return failed('parsing took too long');
      try {
        return outlineOf(tree.rootNode, query, late);
      } finally {
        tree.delete();
      }
    } finally {
      parser.delete();
    }
  }
}

function failed(fault: string): Outline {
  return { state: 'failed', rows: [], fault };
}

function outlineOf(root: Node, query: Grammar['query'], late: () => boolean): Outline {
  const matches = query.matches(root, { matchLimit: 4_096, progressCallback: late });
  const rows = new Map<string, OutlineRow>();
  let fault: string | null = root.hasError ? 'parts of it are not what the grammar expects' : null;
  if (late()) fault = 'looking for symbols took too long';
  else if (query.didExceedMatchLimit()) fault = 'too many overlapping symbols';
  for (const { captures } of matches) {
    const name = captures.find((capture) => capture.name === 'name')?.node;
    const what = captures.find((capture) => /^(?:definition|reference)\./.test(capture.name))?.name;
    if (name === undefined || what === undefined) continue;
    const { text } = name;
    if (text === '' || text.length > symbolLimits.nameCharacters || text.includes('\n')) continue;
    const [role, kind] = what.split('.') as [string, string];
    const { row, column } = name.startPosition;
    const key = `${String(name.startIndex)} ${text}`;
    const known = rows.get(key);
    // A name that is defined here does not also refer here; the first pattern says the kind.
    if (known !== undefined && (known[1] === 0 || role === 'reference')) continue;
    rows.set(key, [text, role === 'definition' ? 0 : 1, kind, row + 1, column + 1]);
  }
  const sorted = [...rows.values()].sort((a, b) => a[3] - b[3] || a[4] - b[4]);
  if (sorted.length > symbolLimits.symbols) fault = 'it has too many symbols';
  return {
    state: fault === null ? 'done' : 'partly',
    rows: sorted.slice(0, symbolLimits.symbols),
    fault,
  };
}
