// Completion scripts from the command tree itself.

import type { Command } from 'commander';
import { command } from '../command.ts';
import { commands } from '../program.ts';

interface Word {
  /** The words before, separated by spaces: '' at the top. */
  readonly path: string;
  readonly next: readonly string[];
}

function wordsOf(one: Command, path: string): Word[] {
  const flags = one.options.map(({ long }) => long ?? '').filter((flag) => flag !== '');
  const verbs = one.commands.map((verb) => verb.name());
  return [
    { path, next: [...verbs, ...flags] },
    ...one.commands.flatMap((verb) => wordsOf(verb, `${path} ${verb.name()}`.trim())),
  ];
}

const writers: Readonly<Record<string, (words: readonly Word[]) => string>> = {
  bash: (words) => `_vitrine() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -* ]] || path="$path $word"; done
  case "\${path# }" in
${words.map(({ path, next }) => `    "${path}") COMPREPLY=($(compgen -W "${next.join(' ')}" -- "\${COMP_WORDS[COMP_CWORD]}"));;`).join('\n')}
    *) COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"));;
  esac
}
complete -o default -F _vitrine vitrine
`,
  zsh: (words) => `#compdef vitrine
_vitrine() {
  local path="" word
  for word in "\${words[@]:1:CURRENT-2}"; do [[ $word == -* ]] || path="$path $word"; done
  case "\${path# }" in
${words.map(({ path, next }) => `    "${path}") compadd -- ${next.join(' ')};;`).join('\n')}
    *) _files;;
  esac
}
compdef _vitrine vitrine
`,
  fish: (words) =>
    words
      .flatMap(({ path, next }) =>
        next.map((word) => {
          const condition =
            path === ''
              ? '__fish_use_subcommand'
              : `string match -q -- '${path}*' (string join ' ' (commandline -opc)[2..])`;
          return `complete -c vitrine -n "${condition}" ${word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`}`;
        }),
      )
      .join('\n')
      .concat('\n'),
};

export function completionCommand(): Command {
  return command({
    usage: 'completion <shell>',
    summary: 'print a completion script for bash, zsh or fish',
    example: 'source <(vitrine completion bash)',
    run: async ({ args: [shell = ''], terminal }) => {
      const write = writers[shell];
      if (write === undefined) {
        const { fail } = await import('../codes.ts');
        throw fail('cli.usage', `no completion for "${shell}"; there is ${Object.keys(writers).join(', ')}`);
      }
      const loaded = await Promise.all(Object.values(commands).map((load) => load()));
      const words = [
        { path: '', next: [...loaded.map((one) => one.name()), 'help'] },
        ...loaded.flatMap((one) => wordsOf(one, one.name())),
      ];
      terminal.line(write(words).trimEnd());
      return 0;
    },
  });
}
