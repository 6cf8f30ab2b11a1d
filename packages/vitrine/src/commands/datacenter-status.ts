// vitrine datacenter status, sealing-key: what a running data center says of itself.

import { schema } from '@vitrine/evidence';
import { askControl } from '../datacenter/control.ts';
import { wrapped, type Terminal } from '../terminal.ts';

const text = (most: number): ReturnType<typeof schema.text> => schema.text(/^[^\0]*$/, most, 'text');
const ledgerForm = schema.object({ origin: text(300), size: schema.integer(0), root: text(64) });
const statusForm = schema.object(
  {
    id: text(64),
    database: text(16),
    residency: schema.nullable(
      schema.object(
        {
          version: schema.integer(1),
          effective: text(32),
          countries: schema.integer(0),
          next: schema.nullable(schema.object({ version: schema.integer(1), effective: text(32) })),
        },
        {},
        { open: true },
      ),
    ),
    sealingKeys: schema.list(
      schema.object(
        {
          id: text(64),
          policy: schema.integer(1),
          notBefore: text(32),
          notAfter: text(32),
          graceUntil: text(32),
          index: schema.nullable(schema.integer(0)),
        },
        {},
        { open: true },
      ),
      { most: 1_000 },
    ),
    records: schema.integer(0),
    bytes: schema.integer(0),
    custody: ledgerForm,
    access: ledgerForm,
    late: schema.integer(0),
    statements: schema.list(
      schema.object({
        slot: text(100),
        index: schema.nullable(schema.integer(0)),
        trouble: schema.nullable(text(8_192)),
      }),
      { most: 2_000 },
    ),
    troubles: schema.record(/^[a-z ]{1,40}$/, text(8_192), 20),
  },
  {},
  { open: true },
);

export async function showStatus(folder: string, terminal: Terminal): Promise<number> {
  const document = await askControl(folder, 'status');
  const status = statusForm.check(document);
  if (terminal.json) terminal.document(document);
  const { id, database, residency, custody, access, records, bytes, late, statements, troubles } = status;
  const say = (words: string): void => {
    for (const line of wrapped(words, ' '.repeat(11))) terminal.line(line);
  };
  terminal.line(`${id}, database ${database}`);
  say(`residency  ${residency === null ? 'none seen yet: nothing is taken' : residencyWords(residency)}`);
  terminal.line(`holds      ${records} records, ${bytes} bytes`);
  for (const [name, { origin, size, root }] of [
    ['custody', custody],
    ['access', access],
  ] as const)
    say(`${name.padEnd(10)} ${origin}, size ${size}, root ${root.slice(0, 16)}…`);
  terminal.line(`late       ${late} reports without a proof at their deadline`);
  const waiting = statements.filter(({ index }) => index === null).length;
  terminal.line(`waiting    ${waiting} statements are not in the log yet`);
  for (const line of sealingKeyLines(status.sealingKeys)) terminal.line(line);
  for (const [what, why] of Object.entries(troubles)) say(`trouble    ${what}: ${why}`);
  return 0;
}

type Status = ReturnType<typeof statusForm.check>;

function residencyWords({ version, effective, countries, next }: NonNullable<Status['residency']>): string {
  const coming = next === null ? '' : `; version ${next.version} from ${next.effective}`;
  return `version ${version} since ${effective}, ${countries} countries are ours${coming}`;
}

function sealingKeyLines(keys: Status['sealingKeys']): readonly string[] {
  return keys.flatMap(({ id, policy, notBefore, notAfter, graceUntil, index }) => [
    `key        ${id.slice(0, 16)}…, policy ${policy}, ${index === null ? 'not in the log yet' : `entry ${index}`}`,
    `           sealed to from ${notBefore} to ${notAfter}`,
    `           opens until ${graceUntil}`,
  ]);
}

export async function showSealingKeys(folder: string, renew: boolean, terminal: Terminal): Promise<number> {
  if (renew) {
    const { id } = schema.object({ id: text(64) }).check(await askControl(folder, 'renew-sealing-key'));
    terminal.note(`made the sealing key ${id}`);
  }
  const { sealingKeys } = statusForm.check(await askControl(folder, 'status'));
  if (terminal.json) terminal.document(sealingKeys);
  for (const line of sealingKeyLines(sealingKeys)) terminal.line(line);
  return 0;
}
