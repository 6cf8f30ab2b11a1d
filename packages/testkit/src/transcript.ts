// The command line as its user sees it. A transcript is a text file:
//
//   # comments, before a command
//   $ vitrine verify artifact --json
//   expected standard output
//   [stderr]
//   expected standard error
//   [exit 3]
//
//   -- artifact --
//   content of a file that is there before the first command
//
// Commands run by sh in a fresh folder. A line of output that looks like one of these marks is
// written with a backslash before it. Volatile values are placeholders: <hex64>, <hex8>, <n>, <ms>,
// <time>, <path>, <port>, <text>; with a name (<hex64:commit>) the first binds, the later must equal it.
// <dir> is the folder itself. UPDATE_TRANSCRIPTS=1 rewrites the expectations, keeping lines that match.

export interface Step {
  /** Comment and empty lines before the command. */
  readonly before: readonly string[];
  readonly command: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly exit: number;
}

export interface Transcript {
  readonly steps: readonly Step[];
  readonly after: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

const mark = /^(\$ |\[stderr\]$|\[exit \d+\]$|# |#$|-- .+ --$|\\)/;

export function parseTranscript(text: string): Transcript {
  const { script, files } = splitFiles(text);
  const steps: Step[] = [];
  let before: string[] = [];
  let i = 0;
  while (i < script.length) {
    const line = script[i] as string;
    if (!line.startsWith('$ ')) {
      if (line !== '' && !line.startsWith('#'))
        throw new Error(`line ${i + 1}: output before the first command`);
      before.push(line);
      i++;
      continue;
    }
    const body: string[] = [];
    for (i++; i < script.length && !/^(\$ |# |#$)/.test(script[i] as string); i++)
      body.push(script[i] as string);
    // Empty lines at the end separate commands.
    const trailing: string[] = [];
    while (body.at(-1) === '') trailing.push(body.pop() as string);
    steps.push({ before, command: line.slice(2), ...parseBody(body) });
    before = trailing;
  }
  return { steps, after: before, files };
}

function parseBody(body: readonly string[]): Omit<Step, 'before' | 'command'> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  let exit = 0;
  let into = stdout;
  for (const line of body) {
    const [, code] = /^\[exit (\d+)\]$/.exec(line) ?? [];
    if (line === '[stderr]') into = stderr;
    else if (code !== undefined) exit = Number(code);
    else into.push(line.startsWith('\\') ? line.slice(1) : line);
  }
  return { stdout, stderr, exit };
}

function splitFiles(text: string): {
  readonly script: string[];
  readonly files: ReadonlyMap<string, string>;
} {
  const script: string[] = [];
  const files = new Map<string, string>();
  let name: string | undefined;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const [, opened] = /^-- (.+) --$/.exec(line) ?? [];
    if (opened !== undefined) {
      name = opened;
      files.set(name, '');
    } else if (name === undefined) {
      script.push(line);
    } else {
      files.set(name, `${files.get(name) ?? ''}${line}\n`);
    }
  }
  return { script, files };
}

export function formatTranscript({ steps, after, files }: Transcript): string {
  const lines: string[] = [];
  for (const step of steps) {
    lines.push(...step.before, `$ ${step.command}`, ...step.stdout.map(escapeMark));
    if (step.stderr.length > 0) lines.push('[stderr]', ...step.stderr.map(escapeMark));
    if (step.exit !== 0) lines.push(`[exit ${step.exit}]`);
  }
  lines.push(...after);
  const script = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  return script + [...files].map(([name, content]) => `-- ${name} --\n${content}`).join('');
}

function escapeMark(line: string): string {
  return mark.test(line) ? `\\${line}` : line;
}
