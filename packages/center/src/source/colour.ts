// Tokens of a text by its grammar, as lengths and kinds: no colour and no HTML leaves the server, the pages
// give each kind a class.

import { createHighlighterCore, createCssVariablesTheme, type HighlighterCore } from 'shiki/core';
import { createOnigurumaEngine } from 'shiki/engine/oniguruma';
import { bundledLanguages, type BundledLanguage } from 'shiki/langs';
import { tokenKinds } from '../contract/token-kinds.ts';
import { grammars } from './languages.ts';
import type { LineTokens } from './jobs.ts';

const prefix = '--token-';
const kinds = new Map<string, number>(tokenKinds.map((name, index) => [name, index]));

let highlighter: Promise<HighlighterCore> | undefined;

/** Beyond this a line stays plain; so does what takes longer than `lineMs`. */
const lineLength = 1_000;
const lineMs = 300;

export async function colourLines(lines: readonly string[], grammar: string): Promise<LineTokens> {
  if (!grammars.has(grammar)) throw new Error(`no grammar ${grammar}`);
  highlighter ??= createHighlighterCore({
    themes: [createCssVariablesTheme({ name: 'kinds', variablePrefix: prefix, fontStyle: false })],
    langs: [],
    engine: createOnigurumaEngine(import('shiki/wasm')),
  });
  const core = await highlighter;
  if (!core.getLoadedLanguages().includes(grammar))
    await core.loadLanguage(bundledLanguages[grammar as BundledLanguage]);
  // Lone surrogates stand for bytes that are no UTF-8 (content.ts); the engine counts in UTF-16 only for
  // text that is well formed. Other line ends within a line must not begin a new one.
  const text = lines.map((line) => line.toWellFormed().replaceAll(/[\r\u2028\u2029]/g, ' ')).join('\n');
  const { tokens } = core.codeToTokens(text, {
    lang: grammar,
    theme: 'kinds',
    tokenizeMaxLineLength: lineLength,
    tokenizeTimeLimit: lineMs,
  });
  return tokens.map((line) => {
    const flat: number[] = [];
    for (const { content, color } of line) {
      const name = /--token-token-([a-z-]+)/.exec(color ?? '')?.[1] ?? 'plain';
      const kind = kinds.get(name) ?? 0;
      if (flat.length > 0 && flat.at(-1) === kind)
        flat[flat.length - 2] = (flat.at(-2) ?? 0) + content.length;
      else flat.push(content.length, kind);
    }
    return flat;
  });
}
