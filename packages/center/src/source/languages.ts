// The language of a file, by its name alone: for colours and for the statistics of a tree.

export interface Language {
  /** Shiki's name of the grammar; undefined where the text is shown plain. */
  readonly grammar: string | undefined;
  readonly name: string;
}

const table: readonly (readonly [
  name: string,
  grammar: string | undefined,
  endings: string,
  files?: string,
])[] = [
  ['Assembly', 'asm', 's asm'],
  ['Awk', 'awk', 'awk'],
  ['Batch', 'bat', 'bat cmd'],
  ['C', 'c', 'c h'],
  ['C#', 'csharp', 'cs'],
  ['C++', 'cpp', 'cc cpp cxx c++ hh hpp hxx inl'],
  ['CMake', 'cmake', 'cmake', 'CMakeLists.txt'],
  ['CSS', 'css', 'css'],
  ['Dart', 'dart', 'dart'],
  ['Diff', 'diff', 'diff patch'],
  ['Dockerfile', 'docker', 'dockerfile', 'Dockerfile Containerfile'],
  ['Elixir', 'elixir', 'ex exs'],
  ['Erlang', 'erlang', 'erl hrl'],
  ['Go', 'go', 'go'],
  ['Haskell', 'haskell', 'hs'],
  ['HTML', 'html', 'html htm xhtml'],
  ['INI', 'ini', 'ini cfg conf properties', '.editorconfig .gitconfig'],
  ['Java', 'java', 'java'],
  ['JavaScript', 'javascript', 'js mjs cjs'],
  ['JSON', 'json', 'json map webmanifest'],
  ['JSX', 'jsx', 'jsx'],
  ['Julia', 'julia', 'jl'],
  ['Kotlin', 'kotlin', 'kt kts'],
  ['LaTeX', 'latex', 'tex sty'],
  ['Lisp', 'common-lisp', 'lisp el'],
  ['Lua', 'lua', 'lua'],
  ['Makefile', 'make', 'mk mak', 'Makefile makefile GNUmakefile'],
  ['Markdown', 'markdown', 'md markdown'],
  ['Meson', 'python', '', 'meson.build meson_options.txt'],
  ['Nix', 'nix', 'nix'],
  ['Objective-C', 'objective-c', 'm mm'],
  ['OCaml', 'ocaml', 'ml mli'],
  ['Perl', 'perl', 'pl pm t'],
  ['PHP', 'php', 'php'],
  ['PowerShell', 'powershell', 'ps1 psm1'],
  ['Protocol Buffers', 'proto', 'proto'],
  ['Python', 'python', 'py pyi'],
  ['R', 'r', 'r'],
  ['reStructuredText', 'rst', 'rst'],
  ['Ruby', 'ruby', 'rb', 'Rakefile Gemfile'],
  ['Rust', 'rust', 'rs'],
  ['Scala', 'scala', 'scala'],
  ['Shell', 'shellscript', 'sh bash zsh ksh', 'configure'],
  ['SQL', 'sql', 'sql'],
  ['SVG', 'xml', 'svg'],
  ['Swift', 'swift', 'swift'],
  ['Tcl', 'tcl', 'tcl'],
  ['Text', undefined, 'txt text', 'README LICENSE COPYING NEWS ChangeLog AUTHORS'],
  ['TOML', 'toml', 'toml', 'Cargo.lock'],
  ['TSX', 'tsx', 'tsx'],
  ['TypeScript', 'typescript', 'ts mts cts'],
  ['Verilog', 'verilog', 'v vh'],
  ['Vue', 'vue', 'vue'],
  ['WebAssembly', 'wasm', 'wat'],
  ['XML', 'xml', 'xml xsd xsl xslt plist'],
  ['YAML', 'yaml', 'yaml yml'],
  ['Yacc', undefined, 'y yy l ll'],
  ['Zig', 'zig', 'zig'],
];

const byEnding = new Map<string, Language>();
const byName = new Map<string, Language>();
for (const [name, grammar, endings, files] of table) {
  const language = { grammar, name };
  for (const ending of endings.split(' ')) if (ending !== '') byEnding.set(ending, language);
  for (const file of files?.split(' ') ?? []) byName.set(file, language);
}

const other: Language = { grammar: undefined, name: 'Other' };

/** `path` is encoded as in a listing. */
export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const ending = dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
  return byName.get(name) ?? byEnding.get(ending) ?? other;
}

export const grammars: ReadonlySet<string> = new Set(table.flatMap(([, grammar]) => grammar ?? []));

// Names win over grammars and endings, and the first language of the table over later ones.
const byWord = new Map<string, string>();
const addWords = (wordsOf: (row: (typeof table)[number]) => readonly string[]): void => {
  for (const row of table) for (const word of wordsOf(row)) if (!byWord.has(word)) byWord.set(word, row[0]);
};
addWords(([name]) => [name.toLowerCase()]);
addWords(([, , endings]) => endings.split(' ').filter((ending) => ending !== ''));
addWords(([, grammar]) => (grammar === undefined ? [] : [grammar]));

/** The name of the language that a person calls so: its name, its grammar or an ending, in any case. */
export function languageNamed(word: string): string | undefined {
  const lower = word.toLowerCase();
  return lower === 'other' ? other.name : byWord.get(lower);
}

export const languageNames: readonly string[] = table.map(([name]) => name);
