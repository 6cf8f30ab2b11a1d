// Every frozen or provisional format as data: JSON Schema and one example each, for docs/spec and for
// other implementations. No verifier imports this.

import { documentSchema, envelopeSchema } from './dsse.ts';
import { evidenceSchema } from './documents/evidence-file.ts';
import { materialsSchema } from './documents/materials.ts';
import { outputsSchema } from './documents/outputs.ts';
import { publicationFileSchema } from './documents/publication-file.ts';
import { sourceProofSchema } from './documents/source-proof.ts';
import { treeListingSchema } from './documents/tree.ts';
import { evidenceFile } from './examples/evidence-file.ts';
import { entryEnvelope, materials, outputs, sourceProof, state, tree } from './examples/manifests.ts';
import { policyFile } from './examples/policy-file.ts';
import { provisionalStatements } from './examples/provisional.ts';
import { residencyStatements } from './examples/residency.ts';
import { publicationFile } from './examples/publication-file.ts';
import { rootFile } from './examples/root-file.ts';
import { frozenStatements } from './examples/statements.ts';
import { trustPolicyStatement } from './examples/trust-policy.ts';
import type { Json, JsonObject } from './json.ts';
import { kinds } from './kinds.ts';
import { rootSchema } from './policy/root.ts';
import type { Schema } from './schema.ts';
import { statementType, subjectSchema, type Kind } from './statement.ts';
import { stateSchema } from './verdict/state.ts';

export interface Specification {
  /** The name of its page, schema and example in docs/spec. */
  readonly kind: string;
  /** Of statements; a file has none. */
  readonly predicateType?: string;
  readonly status: Kind<unknown>['status'];
  /** JSON Schema 2020-12 of the whole statement or file. */
  readonly schema: JsonObject;
  readonly example: Json;
}

const examples: Readonly<Record<string, Json>> = {
  ...frozenStatements,
  ...provisionalStatements,
  ...residencyStatements,
  'trust-policy': trustPolicyStatement,
};

const dialect = 'https://json-schema.org/draft/2020-12/schema';

function ofStatement({
  kind,
  predicateType,
  status,
  subjects,
  exception,
  schema,
}: Kind<unknown>): Specification {
  const named = (name: string): JsonObject =>
    exception === undefined ? { const: name } : { enum: [name, ...exception.subjects] };
  const subject: JsonObject = {
    type: 'array',
    prefixItems: subjects.map((name) => ({
      ...subjectSchema.json,
      properties: { ...(subjectSchema.json['properties'] as JsonObject), name: named(name) },
    })),
    minItems: subjects.length,
    maxItems: subjects.length,
  };
  return {
    kind,
    predicateType,
    status,
    schema: {
      $schema: dialect,
      $id: `urn:vitrine:schema:${kind}:v1`,
      title: `${kind} statement`,
      type: 'object',
      properties: {
        _type: { const: statementType },
        subject,
        predicateType: { const: predicateType },
        predicate: schema.json,
      },
      required: ['_type', 'subject', 'predicateType', 'predicate'],
      additionalProperties: false,
    },
    example: examples[kind] as Json,
  };
}

function ofFile(kind: string, { json }: Schema<unknown>, example: Json): Specification {
  const schema = { $schema: dialect, $id: `urn:vitrine:schema:${kind}:v1`, title: kind, ...json };
  return { kind, status: 'frozen', schema, example };
}

function all(): readonly Specification[] {
  return [
    ...kinds.map(ofStatement),
    ofFile('entry-envelope', envelopeSchema, entryEnvelope),
    ofFile('evidence-file', evidenceSchema, evidenceFile),
    ofFile('publication-file', publicationFileSchema, publicationFile),
    ofFile('policy-file', documentSchema, policyFile),
    ofFile('root-file', rootSchema, rootFile),
    ofFile('state', stateSchema, state),
    ofFile('outputs', outputsSchema, outputs),
    ofFile('materials', materialsSchema, materials),
    ofFile('tree', treeListingSchema, tree),
    ofFile('source-proof', sourceProofSchema, sourceProof),
  ];
}

export const specifications: readonly Specification[] = /* @__PURE__ */ all();
