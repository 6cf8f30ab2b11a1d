// What every page has around its content. No script, no request: the policy allows this one style alone.

import { toBase64, utf8 } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { Html, markup } from './html.ts';
import { style } from './style.ts';

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${toBase64(sha256(utf8(style)))}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export function frame(title: string, content: Html): Uint8Array {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${content}
</body>
</html>
`;
  return utf8(page.text);
}
