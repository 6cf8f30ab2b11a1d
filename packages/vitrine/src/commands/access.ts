// vitrine access: single records of a data center, read under a supervisor's grant and in no other way (D18).
// Every verb asks the running daemon of the data center, which proves grants from the log and enters readings.

import type { Command } from 'commander';
import { fields, fromUtf8, schema, type Json, type Schema } from '@vitrine/evidence';
import { accessLimits } from '@vitrine/reports';
import { command, many, noun, required, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { askControl } from '../datacenter/control.ts';
import { readFile } from '../files.ts';
import { parseRanges, rangesOf } from '../ranges.ts';
import { wrapped, type Terminal } from '../terminal.ts';

interface RequestOptions {
  readonly who: string;
  readonly why: string;
  readonly records: string;
  readonly hours: number;
  readonly supervisor: readonly string[];
}

const supervisorOption = (): ReturnType<typeof many> =>
  many('--supervisor <operator>', 'who is asked; several times for several').makeOptionMandatory();

const line: Schema<string> = schema.text(/^[^\0]*$/, 4_096, 'text');
const supervisorState = schema.object(
  { operator: fields.name },
  {
    state: line,
    why: line,
    grant: fields.statementId,
    index: fields.index,
    trouble: schema.object({ code: line, message: line }),
  },
);
type SupervisorState = ReturnType<(typeof supervisorState)['check']>;
const requestForm = schema.object(
  {
    request: fields.sha256Hex,
    who: line,
    until: fields.time,
    records: schema.list(fields.index, { most: accessLimits.records }),
  },
  {
    need: schema.integer(1, 16),
    gone: schema.list(fields.index, { most: accessLimits.records }),
    supervisors: schema.list(supervisorState, { most: 16 }),
  },
  { open: true },
);

function show(answer: Json, terminal: Terminal): void {
  const { request: name, who, until, records, need, gone = [], supervisors = [] } = requestForm.check(answer);
  const say = (text: string): void => {
    for (const part of wrapped(text)) terminal.line(part);
  };
  say(`${name.slice(0, 16)}  ${who}`);
  say(`  records ${rangesOf(records).replaceAll(/,(?! )/g, ', ')}`);
  say(`  until ${until}`);
  if (gone.length > 0) say(`  not there: ${rangesOf(gone).replaceAll(/,(?! )/g, ', ')}`);
  if (need !== undefined) terminal.line(`  needs the shares of ${need} supervisor${need === 1 ? '' : 's'}`);
  for (const one of supervisors) say(`  ${one.operator}: ${stateOf(one)}`);
}

function stateOf({ state, why, grant, index, trouble }: SupervisorState): string {
  if (trouble !== undefined) return `${trouble.code}: ${trouble.message}`;
  const reason = why === undefined ? '' : `: ${why.replaceAll('\n', ' ')}`;
  const logged = grant === undefined || index === undefined ? '' : `, entry ${index} of the log`;
  return `${state ?? 'unknown'}${logged}${reason}`;
}

async function request(folder: string, options: RequestOptions, terminal: Terminal): Promise<number> {
  const answer = await askControl(folder, 'access-request', {
    who: options.who,
    why: fromUtf8(await readFile(options.why, 8_000)).trim(),
    indices: parseRanges(options.records, accessLimits.records),
    seconds: options.hours * 3_600,
    supervisors: options.supervisor,
  });
  if (terminal.json) terminal.document(answer);
  show(answer, terminal);
  return 0;
}

const readForm = schema.object(
  {
    grants: schema.list(
      schema.object({ operator: fields.name, statement: fields.statementId, index: fields.index }),
      { most: 16 },
    ),
    records: schema.list(schema.object({ index: fields.index, observation: schema.anything }), {
      most: accessLimits.records,
    }),
    refused: schema.list(schema.object({ index: fields.index, code: line }), { most: accessLimits.records }),
  },
  {},
  { open: true },
);

async function read(
  folder: string,
  name: string,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const indices = words.length === 0 ? {} : { indices: parseRanges(words.join(','), accessLimits.records) };
  const answer = await askControl(folder, 'access-read', { request: name, ...indices });
  if (terminal.json) terminal.document(answer);
  const { grants, records, refused } = readForm.check(answer);
  for (const { operator, statement, index } of grants)
    terminal.line(`granted by ${operator}: ${statement.slice(0, 16)}, entry ${index} of the log`);
  for (const { index, observation } of records) {
    terminal.line(`record ${index}`);
    for (const part of observationLines(observation)) terminal.line(part);
  }
  for (const { index, code } of refused) terminal.line(`record ${index}: not shown, ${code}`);
  terminal.line('every reading is in the ledger of reads, and its subject sees it');
  return 0;
}

/** A field a line; JSON of the value, so that nothing of a stranger's text looks like ours. */
function observationLines(observation: Json): readonly string[] {
  if (observation === null || typeof observation !== 'object' || Array.isArray(observation))
    return wrapped(`  ${JSON.stringify(observation)}`);
  return Object.entries(observation).flatMap(([name, value]) =>
    wrapped(`  ${name}: ${JSON.stringify(value)}`),
  );
}

export function accessCommand(): Command {
  return noun('access', 'single records of a data center, read under a grant', [
    command<RequestOptions>({
      usage: 'request <folder>',
      summary: 'ask supervisors for access to records, by their places in the custody ledger',
      options: [
        required('--who <name>', 'the person who will read'),
        required('--why <file>', 'the reason; the log gets a commitment'),
        required('--records <list>', 'for example 12,40-44'),
        whole('--hours <n>', 'for how long', 1, accessLimits.seconds / 3_600).makeOptionMandatory(),
        supervisorOption(),
      ],
      example:
        'vitrine access request center-ch --who "Analyst of the day" --why why.txt --records 12,40-44 --hours 4 --supervisor supervisor-a',
      run: ({ args: [folder = ''], options, terminal }) => request(folder, options, terminal),
    }),
    command<{ readonly supervisor: readonly string[] }>({
      usage: 'ask <folder> <request>',
      summary: 'put a request before other supervisors: more must agree, or one does not answer',
      options: [supervisorOption()],
      run: async ({ args: [folder = '', name = ''], options, terminal }) => {
        const body = { request: name, supervisors: options.supervisor };
        const answer = await askControl(folder, 'access-ask', body);
        if (terminal.json) terminal.document(answer);
        show(answer, terminal);
        return 0;
      },
    }),
    command({
      usage: 'list <folder>',
      summary: 'requests for access, and what supervisors say to them',
      run: async ({ args: [folder = ''], terminal }) => {
        const answer = await askControl(folder, 'access-list', {});
        if (terminal.json) terminal.document(answer);
        if (!Array.isArray(answer)) throw fail('control.verb', 'the daemon listed no requests');
        if (answer.length === 0) terminal.line('no request was made');
        for (const one of answer as readonly Json[]) show(one, terminal);
        return 0;
      },
    }),
    command({
      usage: 'read <folder> <request> [records...]',
      summary: 'read records under the grants of a request: all of them, or those that are named',
      run: ({ args: [folder = '', name = '', ...words], terminal }) => read(folder, name, words, terminal),
    }),
    command({
      usage: 'revoke <folder> <request>',
      summary: 'give a request up: nothing is read under it any more',
      run: async ({ args: [folder = '', name = ''], terminal }) => {
        const answer = await askControl(folder, 'access-revoke', { request: name });
        if (terminal.json) terminal.document(answer);
        show(answer, terminal);
        terminal.line('  given up: its secret is destroyed, and what was sealed to it opens nowhere');
        return 0;
      },
    }),
  ]);
}
