// What the first version of the agent wrote: every later one must read it (docs/spec/endpoint-state.md).

import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalJson, utf8, type Json } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { everyParserRefuses } from '@vitrine/testkit';
import { formatMemory, parseMemory } from '../src/memory.ts';
import { memoryOfFirstVersion } from './frozen.ts';

test('the state of the first version is read, and written as it was', () => {
  const memory = memoryOfFirstVersion as Json;
  const file = canonicalJson({
    format: 'urn:vitrine:endpoint-state:v1',
    memory,
    sha256: sha256Hex(canonicalJson(memory)),
  });
  const read = parseMemory(file);
  assert.deepEqual(read, memory);
  assert.deepEqual(formatMemory(read), file);
});

test('a state of another format is not read', () => {
  const memory = memoryOfFirstVersion as Json;
  const sha256 = sha256Hex(canonicalJson(memory));
  for (const format of ['urn:vitrine:endpoint-state:v2', 'urn:vitrine:state:v1']) {
    assert.throws(() => parseMemory(canonicalJson({ format, memory, sha256 })), { code: 'schema.mismatch' });
  }
  assert.throws(() => parseMemory(utf8('{}')), { code: 'schema.mismatch' });
});

test('a state meets fifty thousand damages with nothing but typed refusals', () => {
  const memory = memoryOfFirstVersion as Json;
  const sha256 = sha256Hex(canonicalJson(memory));
  const file = canonicalJson({ format: 'urn:vitrine:endpoint-state:v1', memory, sha256 });
  const { codes } = everyParserRefuses(parseMemory, [file]);
  for (const code of codes.keys()) assert.match(code, /^(?:json|schema|bytes)\./);
});
