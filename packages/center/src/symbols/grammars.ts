// The grammars and their queries, from the packages that publish them: what is a definition and what a
// reference is theirs to say. What their queries leave out is added here and named as ours.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Language, Parser, Query } from 'web-tree-sitter';
import type { GrammarName } from './languages.ts';

export interface Grammar {
  readonly language: Language;
  readonly query: Query;
}

const require = createRequire(import.meta.url);

interface Parts {
  readonly wasm: string;
  /** Packages whose queries are joined: a grammar that extends another takes its queries too. */
  readonly tags: readonly string[];
  readonly more?: string;
}

const references = `
(call_expression function: (identifier) @name) @reference.call
(call_expression function: (field_expression field: (field_identifier) @name)) @reference.call
(type_identifier) @name @reference.type`;
const macros = `
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro
(enumerator name: (identifier) @name) @definition.constant`;
const ecmaMore = `
(program (lexical_declaration (variable_declarator name: (identifier) @name)) @definition.constant)
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name)) @definition.constant))
(import_specifier name: (identifier) @name) @reference.import`;
const typescriptMore = `${ecmaMore}
(type_alias_declaration name: (type_identifier) @name) @definition.type
(enum_declaration name: (identifier) @name) @definition.type
(type_identifier) @name @reference.type`;

const parts: Readonly<Record<GrammarName, Parts>> = {
  c: { wasm: 'tree-sitter-c/tree-sitter-c.wasm', tags: ['tree-sitter-c'], more: references + macros },
  cpp: { wasm: 'tree-sitter-cpp/tree-sitter-cpp.wasm', tags: ['tree-sitter-cpp'], more: references + macros },
  go: { wasm: 'tree-sitter-go/tree-sitter-go.wasm', tags: ['tree-sitter-go'] },
  java: { wasm: 'tree-sitter-java/tree-sitter-java.wasm', tags: ['tree-sitter-java'] },
  javascript: {
    wasm: 'tree-sitter-javascript/tree-sitter-javascript.wasm',
    tags: ['tree-sitter-javascript'],
    more: ecmaMore,
  },
  python: {
    wasm: 'tree-sitter-python/tree-sitter-python.wasm',
    tags: ['tree-sitter-python'],
    more: '(import_from_statement name: (dotted_name (identifier) @name)) @reference.import',
  },
  rust: {
    wasm: 'tree-sitter-rust/tree-sitter-rust.wasm',
    tags: ['tree-sitter-rust'],
    more: '(type_identifier) @name @reference.type\n(const_item name: (identifier) @name) @definition.constant',
  },
  typescript: {
    wasm: 'tree-sitter-typescript/tree-sitter-typescript.wasm',
    tags: ['tree-sitter-javascript', 'tree-sitter-typescript'],
    more: typescriptMore,
  },
  tsx: {
    wasm: 'tree-sitter-typescript/tree-sitter-tsx.wasm',
    tags: ['tree-sitter-javascript', 'tree-sitter-typescript'],
    more: typescriptMore,
  },
};

let ready: Promise<void> | undefined;

/** Loads the grammar when its language first occurs. */
export async function loadGrammar(name: GrammarName): Promise<Grammar> {
  await (ready ??= Parser.init());
  const { wasm, tags, more } = parts[name];
  const language = await Language.load(new Uint8Array(await readFile(require.resolve(wasm))));
  const texts = await Promise.all(
    tags.map((folder) => readFile(require.resolve(`${folder}/queries/tags.scm`), 'utf8')),
  );
  return { language, query: new Query(language, [...texts.map(withoutDocs), more ?? ''].join('\n')) };
}

/** Comments beside a definition are not shown; looking for them costs more than all the rest of a query. */
function withoutDocs(query: string): string {
  return query
    .replaceAll(/\(comment\)\* @doc\s+\.\s/g, '')
    .replaceAll(/\(#(?:strip|select-adjacent|set-adjacent)![^)\n]*\)/g, '');
}
