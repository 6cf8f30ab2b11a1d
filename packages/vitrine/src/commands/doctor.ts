import type { Command } from 'commander';
import { command, many } from '../command.ts';
import { examine, type Finding } from '../doctor.ts';
import { columns, styled } from '../terminal.ts';

interface Options {
  readonly key?: readonly string[];
  readonly log?: readonly string[];
}

const marks = {
  ok: styled('green', 'ok  '),
  warn: styled('yellow', 'warn'),
  fail: styled('red', 'FAIL'),
} as const;

export function doctorCommand(): Command {
  return command<Options>({
    usage: 'doctor',
    summary: 'check this machine: what Vitrine needs, and what it would use',
    options: [
      many('--key <file>', 'check a private key file'),
      many('--log <url>', "reach a log and compare its witnesses' time with the clock"),
    ],
    run: async ({ options, terminal }) => {
      const findings = await examine({ keys: options.key ?? [], logs: options.log ?? [] });
      if (terminal.json) terminal.document(findings);
      const rows = columns(findings.map(({ name, detail }) => [name, detail]));
      findings.forEach(({ state, remedy }: Finding, i) => {
        terminal.line(`${marks[state]}  ${rows[i] ?? ''}`);
        if (remedy !== undefined) terminal.line(`      ${styled('dim', `→ ${remedy}`)}`);
      });
      return findings.some(({ state }) => state === 'fail') ? 1 : 0;
    },
  });
}
