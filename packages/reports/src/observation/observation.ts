// One observation, judged field by field, and the two forms in which it goes on: the record, which is
// everything, and the projection, which holds nothing personal.

import { canonicalJson, fromBase64, isVitrineError, type Json, type JsonObject } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { RetentionClass } from '../consent/field.ts';
import {
  isObservationKind,
  observationKinds,
  observationSchemas,
  type Observation,
  type ObservationKindName,
} from './kinds.ts';
import { categoryOf, needsFileYes, pieceSize, sampleLimits } from './sample.ts';

/** Throws `consent.field` at a field that its kind does not have, or that has another form. */
export function checkObservation(value: Json, at = ''): Observation {
  const kind = isObject(value) ? value['kind'] : undefined;
  if (!isObservationKind(kind)) throw fail('consent.field', `${at}/kind: no kind of observation`, { at });
  let observation: Observation;
  try {
    observation = observationSchemas[kind].check(value, at);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    // The message names the place and what belongs there, never the value.
    throw fail('consent.field', cause.message, { at: cause.at, cause });
  }
  if (observation.kind === 'sample') requireSamplePiece(observation, at);
  return observation;
}

function requireSamplePiece({ facts, personal }: Observation & { kind: 'sample' }, at: string): void {
  if (needsFileYes(facts.category) && personal.yes === undefined)
    throw fail('consent.file-yes', `${at}: a sample of the category ${facts.category} without a yes for it`, {
      at,
    });
  const bytes = fromBase64(personal.data);
  const { length } = bytes;
  // The category is a fact about the bytes, not a word of whoever sends them.
  if (facts.piece === 0 && categoryOf(bytes) !== facts.category)
    throw fail('consent.field', `${at}: the first piece is no ${facts.category}`, { at });
  if (facts.piece * sampleLimits.piece >= facts.size || length !== pieceSize(facts.size, facts.piece))
    throw fail('consent.field', `${at}: ${length} bytes are not piece ${facts.piece} of ${facts.size}`, {
      at,
    });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The record as bytes: what is hashed, stored and given back. Canonical, so it has one form. */
export function recordBytes(observation: Observation): Uint8Array {
  return canonicalJson(observation);
}

/** What the pipeline may see (D18): facts, without the record's place or subject. */
export function projectionOf({ kind, facts }: Observation): Pick<Observation, 'kind' | 'facts'> {
  return { kind, facts };
}

export function retentionOf(kind: ObservationKindName): RetentionClass {
  return observationKinds[kind].retention;
}
