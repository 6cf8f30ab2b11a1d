// As much of JSON Schema 2020-12 as our schemas use; another keyword is an objection.

import type { Json, JsonObject } from '@vitrine/evidence';

/** What this value has against the schema. */
export function schemaObjections(schema: JsonObject, value: Json, at: string): readonly string[] {
  const found: string[] = [];
  const want = (good: boolean, what: string): unknown => good || found.push(`${at}: ${what}`);
  const object =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  const items = Array.isArray(value) ? (value as readonly Json[]) : undefined;
  for (const [keyword, rule] of Object.entries(schema)) {
    switch (keyword) {
      case '$schema':
      case '$id':
      case 'title':
      case 'description':
        break;
      case 'type':
        want(typeOf(value) === rule, `is ${typeOf(value)}, not ${JSON.stringify(rule)}`);
        break;
      case 'const':
        want(value === rule, `is not ${JSON.stringify(rule)}`);
        break;
      case 'enum':
        want((rule as readonly Json[]).includes(value), `is not one of ${JSON.stringify(rule)}`);
        break;
      case 'pattern':
        want(
          typeof value === 'string' && new RegExp(rule as string, 'u').test(value),
          `is not like ${JSON.stringify(rule)}`,
        );
        break;
      case 'maxLength':
        want(typeof value === 'string' && value.length <= Number(rule), 'is too long');
        break;
      case 'minimum':
        want(Number(value) >= Number(rule), 'is too small');
        break;
      case 'maximum':
        want(Number(value) <= Number(rule), 'is too large');
        break;
      case 'minItems':
        want((items?.length ?? -1) >= Number(rule), 'has too few items');
        break;
      case 'maxItems':
        want((items?.length ?? Infinity) <= Number(rule), 'has too many items');
        break;
      case 'uniqueItems':
        want(new Set(items?.map((item) => JSON.stringify(item))).size === items?.length, 'has an item twice');
        break;
      case 'items':
        items?.forEach((item, i) => found.push(...schemaObjections(rule as JsonObject, item, `${at}/${i}`)));
        break;
      case 'prefixItems':
        (rule as readonly JsonObject[]).forEach((one, i) =>
          found.push(...schemaObjections(one, items?.[i] ?? null, `${at}/${i}`)),
        );
        break;
      case 'anyOf':
        want(
          (rule as readonly JsonObject[]).some((one) => schemaObjections(one, value, at).length === 0),
          'fits none',
        );
        break;
      case 'required':
        for (const name of rule as readonly string[])
          want(object !== undefined && Object.hasOwn(object, name), `lacks ${name}`);
        break;
      case 'maxProperties':
        want(Object.keys(object ?? {}).length <= Number(rule), 'has too many members');
        break;
      case 'propertyNames':
        for (const name of Object.keys(object ?? {}))
          found.push(...schemaObjections(rule as JsonObject, name, `${at}/${name}`));
        break;
      case 'properties':
        for (const [name, one] of Object.entries(rule as JsonObject))
          if (object !== undefined && Object.hasOwn(object, name))
            found.push(...schemaObjections(one as JsonObject, object[name] as Json, `${at}/${name}`));
        break;
      case 'additionalProperties':
        for (const [name, member] of Object.entries(object ?? {})) {
          if (Object.hasOwn((schema['properties'] ?? {}) as JsonObject, name)) continue;
          if (rule === false) want(false, `has the unknown member ${name}`);
          else found.push(...schemaObjections(rule as JsonObject, member, `${at}/${name}`));
        }
        break;
      default:
        want(false, `uses ${keyword}, which this test does not know`);
    }
  }
  return found;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isSafeInteger(value) ? 'integer' : typeof value;
}
