// What can be said about a field that may leave an endpoint. Validation, documentation and the screens that
// ask for consent are all made from these, so that none of them can say something else than another.

import { type Json, type JsonObject, schema, type Schema } from '@vitrine/evidence';

/** What a field is for. Nothing is collected for a purpose that does not stand here. */
export type Purpose = 'protect' | 'measure' | 'explain' | 'analyse';
export const purposes: Readonly<Record<Purpose, string>> = {
  protect: 'to decide whether the file, address or behaviour is dangerous',
  measure: 'to know how widespread it is',
  explain: 'to explain a detection and to correct wrong ones',
  analyse: 'to take the file apart in a closed laboratory machine',
};

export type RetentionClass = 'facts' | 'traces' | 'samples';

export interface Retention {
  readonly days: number;
  readonly plain: string;
}

/** How long a record is kept, from the day on which it arrives. */
export const retentionClasses: Readonly<Record<RetentionClass, Retention>> = {
  facts: { days: 365, plain: 'deleted after 365 days' },
  traces: { days: 90, plain: 'deleted after 90 days' },
  samples: { days: 30, plain: 'deleted after 30 days' },
};

export interface Field<T, Optional extends boolean = boolean> {
  readonly schema: Schema<T>;
  readonly optional: Optional;
  readonly purpose: Purpose;
  /** In the words of the screen that asks. */
  readonly plain: string;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** A field for each member of `T`, optional where the member is. */
export type FieldsOf<T> = {
  readonly [Name in keyof T]-?: Field<
    Exclude<T[Name], undefined>,
    Record<never, never> extends Pick<T, Name> ? true : false
  >;
};

export function field<T>(of: Schema<T>, purpose: Purpose, plain: string): Field<T, false> {
  return { schema: of, optional: false, purpose, plain };
}

export function optionalField<T>(of: Schema<T>, purpose: Purpose, plain: string): Field<T, true> {
  return { schema: of, optional: true, purpose, plain };
}

/** The closed object of these fields: a member that is not listed is refused. */
export function objectOfFields(of: Fields): Schema<unknown> {
  const required: Record<string, Schema<unknown>> = {};
  const optional: Record<string, Schema<unknown>> = {};
  for (const [name, { schema: inner, optional: may }] of Object.entries(of))
    (may ? optional : required)[name] = inner;
  return schema.object(required, optional);
}

/** The same field as data, for the digest to which a customer consents. */
export function describeField(name: string, of: Field<unknown>, personal: boolean): JsonObject {
  const form: Json = of.schema.json;
  return { name, optional: of.optional, purpose: of.purpose, personal, plain: of.plain, form };
}
