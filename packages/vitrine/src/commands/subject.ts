// vitrine subject: rights of a subject whose sealed request reached the operator otherwise than by the intake's
// address, on paper or by mail. The subject's signature inside decides, as there; the operator sees neither
// who asks nor the answer.

import type { Command } from 'commander';
import { fromBase64, schema, toBase64, type Json } from '@vitrine/evidence';
import { writeDurable } from '@vitrine/host';
import { sealedLimit, type RequestAct } from '@vitrine/reports';
import { command, noun, option, required, whole } from '../command.ts';
import { readFile } from '../files.ts';
import { askControl } from '../datacenter/control.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly request: string;
  readonly out: string;
  readonly lift?: boolean;
  readonly page?: number;
  readonly after?: number;
  readonly read?: number;
}

const answerForm = schema.object({
  act: schema.text(/^[a-z]{1,16}$/, 16, 'an act'),
  request: schema.text(/^[0-9a-f]{64}$/, 64, 'a digest'),
  answer: schema.text(/^[A-Za-z0-9+/]*={0,2}$/, 64 << 20, 'a sealed answer in base64'),
});

async function execute(
  folder: string,
  act: RequestAct,
  { request, out, page, after, read }: Options,
  terminal: Terminal,
): Promise<number> {
  const message = await readFile(request, sealedLimit);
  const asked: Record<string, Json> = { act, message: toBase64(message) };
  for (const [name, value] of Object.entries({ page, after, read }))
    if (value !== undefined) asked[name] = value;
  const done = answerForm.check(await askControl(folder, 'subject', asked));
  const answer = fromBase64(done.answer);
  await writeDurable(out, answer);
  if (terminal.json) terminal.document({ act, request: done.request, out, bytes: answer.length });
  terminal.line(`done       ${act}, request ${done.request}`);
  terminal.line(`answer     ${out}, ${answer.length} bytes, sealed to the subject: send it back`);
  return 0;
}

const requestOption = (): ReturnType<typeof option> =>
  required('--request <file>', 'the sealed request, as the agent wrote it');
const outOption = (): ReturnType<typeof option> =>
  required('--out <file>', 'takes the answer, which its subject alone opens');

export function subjectCommand(): Command {
  return noun('subject', 'carry out a sealed request of a subject that came by another way', [
    command<Options>({
      usage: 'export <folder>',
      summary: 'one page of everything that is kept of the subject',
      options: [
        requestOption(),
        outOption(),
        whole('--page <n>', 'a later page, as the one before says'),
        whole('--after <index>', 'the last record of the page before'),
        whole('--read <index>', 'the last reading of the page before'),
      ],
      run: ({ args: [folder = ''], options, terminal }) => execute(folder, 'export', options, terminal),
    }),
    command<Options>({
      usage: 'erase <folder>',
      summary: 'destroy the keys and records of the subject; the answer is a signed confirmation',
      options: [requestOption(), outOption()],
      run: ({ args: [folder = ''], options, terminal }) => execute(folder, 'erase', options, terminal),
    }),
    command<Options>({
      usage: 'restrict <folder>',
      summary: 'keep what is there, and neither read nor process it',
      options: [requestOption(), outOption(), option('--lift', 'the request lifts a restriction')],
      run: ({ args: [folder = ''], options, terminal }) =>
        execute(folder, options.lift === true ? 'unrestrict' : 'restrict', options, terminal),
    }),
  ]);
}
