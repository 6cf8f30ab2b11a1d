// A search thread: reads search.db, answers one question at a time. It may be ended at any moment.

import { parentPort, workerData } from 'node:worker_threads';
import { isVitrineError } from '@vitrine/evidence';
import type { FileSymbols, Suggestion } from '../contract/search.ts';
import { findSymbols, symbolsOfFile, type SymbolAnswer, type SymbolQuestion } from '../symbols/lookup.ts';
import { Searcher, type SearchAnswer } from './execute.ts';
import type { Query } from './query.ts';
import { openIndexReader } from './schema.ts';
import type { Scope } from './scope.ts';
import { suggest, type SuggestQuestion } from './suggest.ts';

export interface Questions {
  search: { readonly ask: { readonly query: Query; readonly page: number }; readonly answer: SearchAnswer };
  suggest: { readonly ask: SuggestQuestion; readonly answer: readonly Suggestion[] };
  symbols: { readonly ask: SymbolQuestion; readonly answer: SymbolAnswer };
  outline: { readonly ask: { readonly sha256: string }; readonly answer: FileSymbols };
}

export type Ask = {
  [Kind in keyof Questions]: {
    readonly kind: Kind;
    readonly scope: Scope;
    readonly ask: Questions[Kind]['ask'];
  };
}[keyof Questions];

export type Reply =
  | { readonly ok: true; readonly answer: Questions[keyof Questions]['answer'] }
  | { readonly ok: false; readonly code: string | undefined; readonly message: string };

export interface SearchJob {
  readonly path: string;
  readonly milliseconds: number;
}

if (parentPort !== null) {
  const port = parentPort;
  const { path, milliseconds } = workerData as SearchJob;
  const searcher = new Searcher(openIndexReader(path));
  searcher.catalog.refresh();
  port.on('message', (ask: Ask) => port.postMessage(reply(searcher, ask, milliseconds)));
  port.postMessage('ready');
}

function reply(searcher: Searcher, ask: Ask, milliseconds: number): Reply {
  try {
    return { ok: true, answer: answer(searcher, ask, milliseconds) };
  } catch (error) {
    const code = isVitrineError(error) ? error.code : undefined;
    return { ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

function answer(
  searcher: Searcher,
  { kind, scope, ask }: Ask,
  milliseconds: number,
): Questions[keyof Questions]['answer'] {
  switch (kind) {
    case 'search':
      return searcher.search(ask.query, scope, ask.page, milliseconds);
    case 'suggest':
      return suggest(searcher, ask, scope);
    case 'symbols':
      return findSymbols(searcher, ask, scope);
    case 'outline':
      return symbolsOfFile(searcher, ask.sha256);
  }
}
