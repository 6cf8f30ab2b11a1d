// The language of a file, by its name alone: what `lang:` means, and which grammar finds the symbols.

export interface Language {
  readonly name: string;
  /** Other words that `lang:` takes. */
  readonly aliases: readonly string[];
  readonly endings: readonly string[];
  /** Whole file names. */
  readonly names?: readonly string[];
  /** The grammar that finds its symbols; languages without one are searched as text alone. */
  readonly grammar?: GrammarName;
}

export type GrammarName = 'c' | 'cpp' | 'go' | 'java' | 'javascript' | 'python' | 'rust' | 'typescript' | 'tsx';

export const languages: readonly Language[] = [
  { name: 'typescript', aliases: ['ts'], endings: ['ts', 'mts', 'cts'], grammar: 'typescript' },
  { name: 'tsx', aliases: [], endings: ['tsx'], grammar: 'tsx' },
  { name: 'javascript', aliases: ['js'], endings: ['js', 'mjs', 'cjs', 'jsx'], grammar: 'javascript' },
  { name: 'c', aliases: [], endings: ['c', 'h'], grammar: 'c' },
  {
    name: 'cpp',
    aliases: ['c++', 'cc'],
    endings: ['cc', 'cpp', 'cxx', 'hh', 'hpp', 'hxx'],
    grammar: 'cpp',
  },
  { name: 'python', aliases: ['py'], endings: ['py', 'pyi'], grammar: 'python' },
  { name: 'rust', aliases: ['rs'], endings: ['rs'], grammar: 'rust' },
  { name: 'go', aliases: ['golang'], endings: ['go'], grammar: 'go' },
  { name: 'java', aliases: [], endings: ['java'], grammar: 'java' },
  { name: 'shell', aliases: ['sh', 'bash'], endings: ['sh', 'bash'] },
  { name: 'perl', aliases: ['pl'], endings: ['pl', 'pm', 't'] },
  { name: 'sql', aliases: [], endings: ['sql'] },
  { name: 'yacc', aliases: ['bison'], endings: ['y', 'yy'] },
  { name: 'lex', aliases: ['flex'], endings: ['l'] },
  { name: 'assembly', aliases: ['asm'], endings: ['s', 'asm'] },
  { name: 'ruby', aliases: ['rb'], endings: ['rb'] },
  { name: 'php', aliases: [], endings: ['php'] },
  { name: 'csharp', aliases: ['c#', 'cs'], endings: ['cs'] },
  { name: 'kotlin', aliases: ['kt'], endings: ['kt', 'kts'] },
  { name: 'swift', aliases: [], endings: ['swift'] },
  { name: 'html', aliases: [], endings: ['html', 'htm'] },
  { name: 'css', aliases: [], endings: ['css'] },
  { name: 'xml', aliases: [], endings: ['xml', 'svg', 'xsl', 'sgml'] },
  { name: 'json', aliases: [], endings: ['json'] },
  { name: 'yaml', aliases: ['yml'], endings: ['yaml', 'yml'] },
  { name: 'toml', aliases: [], endings: ['toml'] },
  { name: 'markdown', aliases: ['md'], endings: ['md', 'markdown'] },
  { name: 'make', aliases: ['makefile'], endings: ['mk', 'am'], names: ['makefile', 'gnumakefile'] },
  { name: 'docker', aliases: ['dockerfile'], endings: ['dockerfile'], names: ['dockerfile'] },
  { name: 'gettext', aliases: ['po'], endings: ['po', 'pot'] },
  { name: 'text', aliases: ['txt', 'plain'], endings: ['txt'] },
];

/** What a file of no known ending is. */
export const otherLanguage = 'other';

const byEnding = new Map(languages.flatMap((each) => each.endings.map((ending) => [ending, each] as const)));
const byFileName = new Map(languages.flatMap((each) => (each.names ?? []).map((name) => [name, each] as const)));
const byWord = new Map(
  languages.flatMap((each) => [each.name, ...each.aliases].map((word) => [word, each.name] as const)),
);
const byName = new Map(languages.map((each) => [each.name, each]));

/** `path` may be encoded: the endings known here are plain ASCII. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  const found = byFileName.get(name) ?? (dot < 0 ? undefined : byEnding.get(name.slice(dot + 1)));
  return found?.name ?? otherLanguage;
}

/** The name of the language that a person calls so. */
export function languageNamed(word: string): string | undefined {
  const lower = word.toLowerCase();
  return lower === otherLanguage ? lower : byWord.get(lower);
}

export function grammarOf(language: string): GrammarName | undefined {
  return byName.get(language)?.grammar;
}
