// XML as far as a test of a feed needs it: well-formed, no entity but numbers, no text outside of an element.

import assert from 'node:assert/strict';

/** Throws unless every tag is closed in order, attributes are quoted and nothing stands unescaped. */
export function requireWellFormed(text: string): void {
  const open: string[] = [];
  const body = text.replace(/^<\?xml version="1\.0" encoding="utf-8"\?>\n/, '');
  let at = 0;
  for (const { 0: tag, index, groups } of body.matchAll(
    /<(?<end>\/)?(?<name>[a-z]+)(?<attributes>(?: [a-z:]+="[^"<>]*")*)(?<empty>\/)?>/g,
  )) {
    requireText(body.slice(at, index));
    at = index + tag.length;
    requireText(groups?.['attributes'] ?? '');
    if (groups?.['end'] === '/') assert.equal(open.pop(), groups['name']);
    else if (groups?.['empty'] === undefined) open.push(groups?.['name'] ?? '');
  }
  requireText(body.slice(at));
  assert.deepEqual(open, []);
}

function requireText(text: string): void {
  assert.doesNotMatch(text, /[<>]/);
  assert.doesNotMatch(text, /&(?!#[0-9]+;)/);
  assert.match(text, /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u);
}

/** What stands in each element of that name, its references resolved. */
export function textsOf(text: string, element: string): readonly string[] {
  return [...text.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))].map(([, inner = '']) =>
    inner.replaceAll(/&#([0-9]+);/g, (_, code) => String.fromCodePoint(Number(code))),
  );
}
