// Which grammar finds the symbols of a language; languages without one are searched as text alone.

export type GrammarName =
  | 'c'
  | 'cpp'
  | 'go'
  | 'java'
  | 'javascript'
  | 'python'
  | 'rust'
  | 'tsx'
  | 'typescript';

const grammars: Readonly<Record<string, GrammarName>> = {
  C: 'c',
  'C++': 'cpp',
  Go: 'go',
  Java: 'java',
  JavaScript: 'javascript',
  JSX: 'javascript',
  Python: 'python',
  Rust: 'rust',
  TSX: 'tsx',
  TypeScript: 'typescript',
};

/** By the name that source/languages.ts gives. */
export function grammarOf(language: string): GrammarName | undefined {
  return Object.hasOwn(grammars, language) ? grammars[language] : undefined;
}
