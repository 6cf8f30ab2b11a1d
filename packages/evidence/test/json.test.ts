import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  fromUtf8,
  jsonLimits,
  parseCanonicalJson,
  parseJson,
  utf8,
  type Json,
} from '@vitrine/evidence';
import { refuses, type EvidenceCode } from './refusal.ts';

const parse = (text: string): Json => parseJson(utf8(text));
const canonical = (value: Json): string => fromUtf8(canonicalJson(value));

test('what RFC 8259 allows and nobody could read differently is read', () => {
  const cases: readonly (readonly [string, Json])[] = [
    ['null', null],
    [' true ', true],
    ['\n\t\r false', false],
    ['0', 0],
    ['-1', -1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['""', ''],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['"\\u0041\\u00e9\\u20AC"', 'Aé€'],
    ['"\\ud83d\\ude00 😀"', '😀 😀'],
    ['"\\u0000"', '\0'],
    ['"\u007f\u2028\u2029\ufeff"', '\u007f\u2028\u2029\ufeff'],
    ['[]', []],
    ['[ 1 , [ ] , { } ]', [1, [], {}]],
    ['{}', {}],
    ['{"":1,"a b":{"~":"!"}}', { '': 1, 'a b': { '~': '!' } }],
    ['{"constructor":1,"toString":2,"hasOwnProperty":3}', { constructor: 1, toString: 2, hasOwnProperty: 3 }],
  ];
  for (const [text, value] of cases) assert.deepEqual(parse(text), value, text);
});

const refused: readonly (readonly [EvidenceCode, string])[] = [
  // Numbers: only safe integers have one reading everywhere.
  ['json.number', '-0'],
  ['json.number', '1.0'],
  ['json.number', '1.5'],
  ['json.number', '1e2'],
  ['json.number', '1E400'],
  ['json.number', '0.0'],
  ['json.number', '-0.0'],
  ['json.number', '9007199254740992'],
  ['json.number', '9007199254740993'],
  ['json.number', '-9007199254740992'],
  ['json.number', '1'.repeat(400)],
  ['json.number', '1.'],
  ['json.number', '0e+'],
  ['json.syntax', '01'],
  ['json.number', '-01'],
  ['json.syntax', '+1'],
  ['json.syntax', '.5'],
  ['json.syntax', '-'],
  ['json.syntax', '--1'],
  ['json.syntax', '0x10'],
  ['json.syntax', 'NaN'],
  ['json.syntax', 'Infinity'],
  ['json.syntax', '-Infinity'],
  ['json.syntax', '1 000'],
  ['json.syntax', '１'],
  // Words and punctuation.
  ['json.syntax', ''],
  ['json.syntax', '   '],
  ['json.syntax', 'True'],
  ['json.syntax', 'nul'],
  ['json.syntax', 'nulll'],
  ['json.syntax', 'undefined'],
  ['json.syntax', '// comment\n1'],
  ['json.syntax', '/* comment */ 1'],
  ['json.syntax', '1 1'],
  ['json.syntax', '{}{}'],
  ['json.syntax', '1,'],
  ['json.syntax', '\ufeff1'],
  ['json.syntax', '\u00a01'],
  ['json.syntax', '\u000b1'],
  ['json.syntax', '\u2028null'],
  // Arrays and objects.
  ['json.syntax', '['],
  ['json.syntax', '[1'],
  ['json.syntax', '[1,'],
  ['json.syntax', '[1,]'],
  ['json.syntax', '[,1]'],
  ['json.syntax', '[1 2]'],
  ['json.syntax', '[1}'],
  ['json.syntax', ']'],
  ['json.syntax', '{'],
  ['json.syntax', '{"a"'],
  ['json.syntax', '{"a":'],
  ['json.syntax', '{"a":1'],
  ['json.syntax', '{"a":1,'],
  ['json.syntax', '{"a":1,}'],
  ['json.syntax', '{,}'],
  ['json.syntax', '{"a" 1}'],
  ['json.syntax', '{a:1}'],
  ['json.syntax', "{'a':1}"],
  ['json.syntax', '{1:1}'],
  ['json.syntax', '{"a":1]'],
  ['json.syntax', '{"a":1 "b":2}'],
  // Strings.
  ['json.syntax', '"'],
  ['json.syntax', '"a'],
  ['json.syntax', "'a'"],
  ['json.syntax', '"\n"'],
  ['json.syntax', '"\t"'],
  ['json.syntax', '"\u0000"'],
  ['json.syntax', '"\u001f"'],
  ['json.syntax', '"\\"'],
  ['json.syntax', '"\\x41"'],
  ['json.syntax', '"\\U0041"'],
  ['json.syntax', '"\\v"'],
  ['json.syntax', '"\\0"'],
  ['json.syntax', '"\\u"'],
  ['json.syntax', '"\\u004"'],
  ['json.syntax', '"\\u00g0"'],
  ['json.syntax', '"\\u+041"'],
  ['json.syntax', '"\\u 041"'],
  ['json.surrogate', '"\\ud800"'],
  ['json.surrogate', '"\\udc00"'],
  ['json.surrogate', '"\\ude00\\ud83d"'],
  ['json.surrogate', '"\\ud83d\\u0041"'],
  ['json.surrogate', '["\\ud83dx\\ude00"]'],
  // Members.
  ['json.duplicate', '{"a":1,"a":1}'],
  ['json.duplicate', '{"a":1,"b":2,"\\u0061":3}'],
  ['json.duplicate', '{"":1,"":2}'],
  ['json.duplicate', '{"toString":1,"toString":2}'],
  ['json.duplicate', '[{"x":{"a":1,"a":2}}]'],
  ['json.member-name', '{"__proto__":1}'],
  ['json.member-name', '{"\\u005f_proto__":{}}'],
  ['json.member-name', '{"é":1}'],
  ['json.member-name', '{"\\u0000":1}'],
  ['json.member-name', '{"a\\n":1}'],
  ['json.member-name', '{"\u007f":1}'],
  ['json.surrogate', '{"\\ud800":1}'],
];

test('what two parsers could read differently, or is no JSON at all, is refused', () => {
  for (const [code, text] of refused) refuses(code, () => parse(text), text.slice(0, 40));
});

test('bytes that are not UTF-8 are refused before anything is parsed', () => {
  const encodings = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];
  for (const bytes of encodings) refuses('bytes.utf8', () => parseJson(Uint8Array.of(0x22, ...bytes, 0x22)));
  const utf16 = Buffer.from('\ufeff{}', 'utf16le');
  refuses('bytes.utf8', () => parseJson(utf16));
});

test('size and depth are bounded before they cost anything', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  parse(nested(jsonLimits.depth + 1));
  refuses('json.depth', () => parse(nested(jsonLimits.depth + 2)));
  refuses('json.depth', () => parse('['.repeat(1_000_000)));
  refuses('json.depth', () => parse('{"a":'.repeat(100_000)));
  parseJson(utf8('[[1]]'), { bytes: 5, depth: 2 });
  refuses('json.size', () => parseJson(utf8('[[1]] '), { bytes: 5, depth: 2 }));
  refuses('json.depth', () => parseJson(utf8('[[1]]'), { bytes: 5, depth: 1 }));
  refuses('json.size', () => parseJson(new Uint8Array(jsonLimits.bytes + 1).fill(0x20)));
});

test('a refusal says where', () => {
  assert.throws(() => parse('{"a":1,"a":2}'), { at: 7 });
  assert.throws(() => parse('[1, 2.5]'), { at: 4 });
  assert.throws(() => parse('[1 2]'), { at: 3 });
});

test('the canonical form is that of RFC 8785', () => {
  // Section 3.2.2 and 3.2.3, less the numbers and names that D32 leaves out.
  const value = parse(
    '{"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false],"numbers":[333333333,-5,0]}',
  );
  assert.equal(
    canonical(value),
    '{"literals":[null,true,false],"numbers":[333333333,-5,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  assert.equal(
    canonical('\u0000\u0007\b\t\n\u000b\f\r\u001f\u007f'),
    '"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001f\u007f"',
  );
  assert.equal(canonical('\u2028\u2029</script>😀'), '"\u2028\u2029</script>😀"');
  assert.equal(
    canonical({ b: 1, a: 2, '': 3, A: 4, '10': 5, '9': 6, '1': 7, _: 8, aa: 9 }),
    '{"":3,"1":7,"10":5,"9":6,"A":4,"_":8,"a":2,"aa":9,"b":1}',
  );
  assert.equal(canonical([{}, [], { a: {} }]), '[{},[],{"a":{}}]');
});

test('what has no canonical form is refused', () => {
  for (const number of [0.5, -0, 2 ** 53, Number.NaN, Infinity])
    refuses('json.number', () => canonical(number));
  refuses('json.surrogate', () => canonical('\ud800'));
  refuses('json.surrogate', () => canonical(['\udc00x']));
  refuses('json.member-name', () => canonical({ é: 1 }));
  refuses('json.member-name', () => canonical({ '\n': 1 }));
});

test('canonical bytes are read only in that one form', () => {
  const good = '{"a":[1,"é"],"b":{}}';
  assert.deepEqual(parseCanonicalJson(utf8(good)), { a: [1, 'é'], b: {} });
  const others = [
    '{"b":{},"a":[1,"é"]}',
    '{"a":[1, "é"],"b":{}}',
    ' {"a":[1,"é"],"b":{}}',
    '{"a":[1,"é"],"b":{}}\n',
    '{"a":[1,"\\u00e9"],"b":{}}',
  ];
  for (const text of others) refuses('json.not-canonical', () => parseCanonicalJson(utf8(text)), text);
  refuses('json.not-canonical', () => parseCanonicalJson(utf8('"\\/"')));
  refuses('json.not-canonical', () => parseCanonicalJson(utf8('"\\u000A"')));
  refuses('json.not-canonical', () => parseCanonicalJson(utf8('"\\u000F"')));
});

const name = fc
  .string({ maxLength: 12 })
  .filter((text) => /^[\x20-\x7e]*$/.test(text) && text !== '__proto__');
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

test('reading what was written canonically gives the same value, and the same bytes again', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const bytes = canonicalJson(value);
      assert.deepEqual(parseCanonicalJson(bytes), value);
      assert.deepEqual(canonicalJson(parseJson(utf8(JSON.stringify(value, null, 2)))), bytes);
    }),
    { numRuns: 500 },
  );
});

test('what the platform writes is read as canonical exactly where it is the canonical form', () => {
  const accepted = { yes: 0, no: 0 };
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(value);
      if (canonical(value) === text) {
        accepted.yes++;
        assert.deepEqual(parseCanonicalJson(utf8(text)), value);
      } else {
        accepted.no++;
        refuses('json.not-canonical', () => parseCanonicalJson(utf8(text)), text);
      }
    }),
    { numRuns: 2_000 },
  );
  assert.ok(accepted.yes > 0 && accepted.no > 0, 'both kinds must have come up');
});

test('members out of order are found at any depth', () => {
  for (const text of ['[1,{"b":1,"a":2}]', '{"a":{"b":{"d":1,"c":2}}}', '[[{"z":{},"y":[]}],{"a":1}]'])
    refuses('json.not-canonical', () => parseCanonicalJson(utf8(text)), text);
  // The platform moves such names to the front, in numeric order: it is not what shows the form here.
  const numbers = '{"10":1,"9":2}';
  assert.deepEqual(parseCanonicalJson(utf8(numbers)), { '10': 1, '9': 2 });
  refuses('json.not-canonical', () => parseCanonicalJson(utf8('{"9":2,"10":1}')));
});

test('whatever the platform reads too, both read alike', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      let own: Json;
      try {
        own = parse(text);
      } catch {
        return; // Floats and other names: this reader is the stricter one.
      }
      assert.deepEqual(own, JSON.parse(text));
    }),
  );
});

test('in whatever order members stand, the canonical form is the same, and members that are undefined are not in it', () => {
  const turned = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).toReversed();
    return Object.fromEntries(members.map(([one, member]) => [one, turned(member)]));
  };
  fc.assert(
    fc.property(tree, (value) => {
      assert.equal(canonical(turned(value)), canonical(value));
    }),
  );
  assert.equal(canonical({ a: 1, b: undefined, c: 2 } as unknown as Json), '{"a":1,"c":2}');
});
