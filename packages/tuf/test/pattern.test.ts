import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { matchesPattern } from '@vitrine/tuf';

test('a star and a question mark stay within their segment', () => {
  const cases: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ['agent/stable/*/*', 'agent/stable/any/agent.mjs', true],
    ['agent/stable/*/*', 'agent/stable/any/lib/agent.mjs', false],
    ['agent/stable/*/*', 'agent/stable/any', false],
    ['agent/stable/*/*', 'agent/beta/any/agent.mjs', false],
    ['agent/stable/*/*', 'scanner/agent/stable/any/agent.mjs', false],
    ['*', 'policy.json', true],
    ['*', 'a/policy.json', false],
    ['*.json', 'policy.json', true],
    ['*.json', 'policyjson', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
    ['a*a', 'a', false],
    ['a*ab*b', 'aab', false],
    ['a*ab*b', 'aabb', true],
    ['v?', 'v1', true],
    ['v?', 'v', false],
    ['v?', 'v12', false],
    ['v?*', 'v12', true],
    ['a?b', 'a/b', false],
    ['a.b', 'axb', false],
  ];
  for (const [pattern, path, matches] of cases)
    assert.equal(matchesPattern(pattern, path), matches, `${pattern} on ${path}`);
});

test('a pattern matches as the regular expression that it stands for', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '*', '?'), maxLength: 12 });
  const path = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/'), maxLength: 12 });
  fc.assert(
    fc.property(pattern, path, (one, other) => {
      const expression = one.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]');
      assert.equal(matchesPattern(one, other), new RegExp(`^${expression}$`).test(other));
    }),
    { numRuns: 2_000 },
  );
});
