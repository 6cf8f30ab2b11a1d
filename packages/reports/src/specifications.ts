// The formats of this package as data, for docs/spec and for other implementations. No verifier imports this.

import { schema, sealingKey, type Json, type JsonObject, type Schema } from '@vitrine/evidence';
import { consentSchema } from './consent/receipt.ts';
import { accessSchema } from './custody/access.ts';
import { accessRequestSchema, grantBodySchema } from './custody/access-request.ts';
import { entrySchemas } from './custody/entry.ts';
import { ownLedgerSchema } from './custody/own-ledger.ts';
import { promiseSchema } from './custody/promise.ts';
import { receiptSchema } from './custody/receipt.ts';
import { examples } from './examples/examples.ts';
import { ownLedgerExample } from './examples/own-ledger.ts';
import { sharing } from './examples/sharing.ts';
import { sealedHalvesSchema } from './halves/record-key.ts';
import { observationSchemas } from './observation/kinds.ts';
import { reportSchema } from './report.ts';
import { sharingSchema } from './residency/sharing.ts';
import { confirmationSchema } from './subject/confirmation.ts';
import { exportSchema } from './subject/export.ts';
import { requestSchema } from './subject/request.ts';

export interface ReportsSpecification {
  /** The name of its page, schema and example in docs/spec. */
  readonly kind: string;
  readonly status: 'frozen';
  /** JSON Schema 2020-12. */
  readonly schema: JsonObject;
  readonly example: Json;
}

function anyOf(of: Readonly<Record<string, Schema<unknown>>>): JsonObject {
  return { anyOf: Object.values(of).map(({ json }) => json) };
}

const words = schema.record(/^[a-z-]+$/, schema.text(/^[^\p{Cc}]{1,200}$/u, 200, 'plain words'), 16);
const fieldList = schema.list(
  schema.object({
    name: schema.text(/^[a-z]+$/, 32, 'a member'),
    optional: schema.flag,
    purpose: schema.text(/^[a-z]+$/, 32, 'one of the purposes'),
    personal: schema.flag,
    plain: schema.text(/^[^\p{Cc}]{1,200}$/u, 200, 'plain words'),
    form: schema.anything,
  }),
  { most: 32 },
);
const plain = schema.text(/^[^\p{Cc}]{1,200}$/u, 200, 'plain words');
const schemaSetForm = schema.object({
  v: schema.oneOf(1),
  version: schema.integer(1),
  purposes: words,
  retention: schema.record(/^[a-z]+$/, schema.object({ days: schema.integer(0, 3660), plain }), 16),
  lookUp: fieldList,
  kinds: schema.record(
    /^[a-z-]+$/,
    schema.object({
      plain,
      retention: schema.text(/^[a-z]+$/, 32, 'one of the retention classes'),
      facts: fieldList,
      personal: fieldList,
    }),
    16,
  ),
  profiles: schema.record(
    /^[a-z-]+$/,
    schema.object({
      plain,
      lookUps: schema.flag,
      kinds: schema.list(schema.text(/^[a-z-]+$/, 32, 'a kind'), { most: 16 }),
    }),
    16,
  ),
});

/** Of the vector: the message itself is bytes. */
const sealedMessage = schema.object({
  seed: schema.text(/^[0-9a-f]{64}$/, 64, 'the seed of the opening key in hex'),
  key: sealingKey.schema,
  message: schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 800_000, 'the message in base64'),
  body: schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 800_000, 'the signed report that is in it, in base64'),
});

const schemas: Readonly<Record<string, JsonObject>> = {
  'consent-schema': schemaSetForm.json,
  'consent-receipt': consentSchema.json,
  report: reportForm(),
  'sealed-message': sealedMessage.json,
  sharing: sharingSchema.json,
  'custody-entry': anyOf(entrySchemas),
  'custody-promise': promiseSchema.json,
  'custody-receipt': receiptSchema.json,
  'access-entry': accessSchema.json,
  'access-request': accessRequestSchema.json,
  'access-grant-body': grantBodySchema.json,
  'sealed-halves': sealedHalvesSchema.json,
  'subject-request': requestSchema.json,
  confirmation: confirmationSchema.json,
  'export-page': exportSchema.json,
  'own-ledger': ownLedgerSchema.json,
};

/** With the observations, which the code judges one by one. */
function reportForm(): JsonObject {
  const form = reportSchema.json;
  const properties = form['properties'] as JsonObject;
  const observations = properties['observations'] as JsonObject;
  const item = observations['items'] as JsonObject;
  const members = { ...(item['properties'] as JsonObject), observation: anyOf(observationSchemas) };
  return {
    ...form,
    properties: { ...properties, observations: { ...observations, items: { ...item, properties: members } } },
  };
}

export const specifications: readonly ReportsSpecification[] = Object.entries(schemas).map(
  ([kind, form]) => ({
    kind,
    status: 'frozen',
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:vitrine:schema:${kind}:v1`,
      title: kind,
      ...form,
    },
    example: { ...examples, sharing, 'own-ledger': ownLedgerExample }[kind] as Json,
  }),
);
