// vitrine review: sign a review with a key file.

import type { Command } from 'commander';
import { fields, fromUtf8, isVitrineError, utf8 } from '@vitrine/evidence';
import { sha256Hex, writeDurable } from '@vitrine/host';
import { loadSigner } from '@vitrine/keys';
import { fail } from '../codes.ts';
import { command, noun, option, required } from '../command.ts';
import { readFile } from '../files.ts';
import { handIn, readTask, signReview } from '../review.ts';

interface Options {
  readonly tree: string;
  readonly key: string;
  readonly center?: string;
  readonly heldBy?: string;
  readonly out?: string;
}

const bodyLimit = 250_000;

export function reviewCommand(): Command {
  return noun('review', 'reviews of released source', [
    command<Options>({
      usage: 'sign <body>',
      summary: 'sign the text of a review with a key file, sealed for the log',
      options: [
        required('--tree <digest>', 'the tree that was reviewed'),
        required('--key <file>', 'the private key'),
        option('--center <address>', 'hand it in there: the address that the page of the review shows'),
        option('--held-by <operator>', 'who will hold salt and text; a Center says it by itself'),
        option(
          '--out <file>',
          'write the signed review there; default: the name of the text and .signed.json',
        ),
      ],
      example: 'vitrine review sign review.txt --tree 1f2e… --key reviewer.key --center http://…',
      run: async ({ args: [path = ''], options, terminal }) => {
        const tree = checked(() => fields.sha256Hex.check(options.tree), '--tree');
        const body = await readFile(path, bodyLimit);
        fromUtf8(body);
        const { center } = options;
        const signer = await loadSigner(options.key);
        const heldBy = center === undefined ? holderOf(options) : (await readTask(center, body, tree)).heldBy;
        const { signed, statementId } = await signReview({ body, tree, heldBy }, signer);
        const text = sha256Hex(body);
        const shown = { text, tree, heldBy, keyid: signer.keyid, statementId };
        if (center === undefined) {
          const out = options.out ?? `${path}.signed.json`;
          // Salt and text: whoever has both can open the review.
          await writeDurable(out, utf8(`${JSON.stringify(signed)}\n`), { mode: 0o600, overwrite: false });
          if (terminal.json) terminal.document({ ...shown, out });
          print(terminal, shown);
          terminal.line(`signed; hand in ${out} on the page of the review`);
          return 0;
        }
        const { id, state, index } = await handIn(center, signed);
        if (terminal.json) terminal.document({ ...shown, id, state, index });
        print(terminal, shown);
        terminal.line(
          index === null
            ? 'the Center keeps it, and sends it until the log takes it'
            : `the log has it as entry ${index}`,
        );
        return index === null ? 6 : 0;
      },
    }),
  ]);
}

function print(terminal: { line(text: string): void }, shown: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(shown)) terminal.line(`${name.padEnd(11)} ${value}`);
}

function holderOf({ heldBy }: Options): string {
  if (heldBy === undefined)
    throw fail('cli.usage', 'give --center, or --held-by: who will hold salt and text');
  return checked(() => fields.name.check(heldBy), '--held-by');
}

function checked<T>(read: () => T, what: string): T {
  try {
    return read();
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('cli.usage', `${what}: ${cause.message}`, { cause });
  }
}
