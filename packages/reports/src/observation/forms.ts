// The forms of single fields. Text that comes from an endpoint is bounded and holds no control character,
// so that it can be shown, stored and searched without another rule.

import { fields, schema, type Schema } from '@vitrine/evidence';

export const day: Schema<string> = schema.where(
  schema.text(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 10, 'a day in UTC'),
  (value) =>
    fields.formatTime(fields.parseTime(`${value}T00:00:00Z`)).startsWith(value)
      ? undefined
      : 'a day that exists',
);

/** The day in UTC of a time in seconds since 1970. */
export function dayOf(seconds: number): string {
  return fields.formatTime(seconds).slice(0, 10);
}

function line(most: number, meaning: string): Schema<string> {
  return schema.text(new RegExp(`^[^\\p{Cc}\\p{Co}\\p{Cn}\\u2028\\u2029]{1,${most}}$`, 'u'), most, meaning);
}

export const path: Schema<string> = line(1024, 'a path');
export const fileName: Schema<string> = line(255, 'a file name');
export const commandLine: Schema<string> = line(2048, 'a command line');
export const rule: Schema<string> = schema.text(
  /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/,
  128,
  'the name of a rule',
);
/** Lower case, punycode where it is international. */
export const domain: Schema<string> = schema.text(
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  253,
  'a domain in lower case',
);
export const url: Schema<string> = schema.text(
  /^https?:\/\/[!-~]{1,2000}$/,
  2008,
  'an http or https address',
);
export const port: Schema<number> = schema.integer(1, 65_535);
/** Up to 16 TiB. */
export const fileSize: Schema<number> = schema.integer(0, 2 ** 44);

export type FileFormat = 'pe' | 'elf' | 'macho' | 'dex' | 'script' | 'document' | 'archive' | 'other';
export const format: Schema<FileFormat> = schema.oneOf(
  'pe',
  'elf',
  'macho',
  'dex',
  'script',
  'document',
  'archive',
  'other',
);
