// vitrine verify-source: whether a file stands in a tree of source, by its path to the tree digest (D13).

import type { Command } from 'commander';
import { parseSourceProof, verifySourceProof } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host/files';
import { command, option, required } from '../command.ts';
import { fail } from '../codes.ts';
import { readFile } from '../files.ts';

interface Options {
  readonly proof: string;
  readonly tree?: string;
}

/** As large as a file of source may be. */
const fileBytes = 268_435_456;

export function verifySourceCommand(): Command {
  return command<Options>({
    usage: 'verify-source <file>',
    summary: 'whether a file stands in a tree of source that the log names',
    options: [
      required('--proof <file>', 'the path from the file to the tree digest, as the Center exports it'),
      option('--tree <digest>', 'refuse any other tree: the digest from a source statement'),
    ],
    example: 'vitrine verify-source main.c --proof main.c.proof.json --tree 1a45e3b9566de1bd…',
    run: async ({ args: [path = ''], options, terminal }) => {
      const expected = options.tree;
      if (expected !== undefined && !/^[0-9a-f]{64}$/.test(expected))
        throw fail('cli.usage', '--tree takes a tree digest: 64 digits of lower-case hex');
      const [bytes, written] = await Promise.all([readFile(path, fileBytes), readFile(options.proof)]);
      const proof = parseSourceProof(written);
      verifySourceProof(bytes, proof, expected, sha256);
      const { tree, files, index, file } = proof;
      if (terminal.json) terminal.document({ tree, files, index, ...file, size: bytes.length });
      terminal.line(`✓ file         ${bytes.length} bytes, ${file.sha256}`);
      terminal.line(`✓ tree         ${tree}, file ${index + 1} of ${files}, mode ${file.mode}`);
      terminal.line(`✓ name         ${file.path}`);
      terminal.line('');
      terminal.line(
        expected === undefined
          ? 'This file stands in that tree. Whether the log names the tree, a source statement says: give its digest with --tree.'
          : 'This file stands, under this name, in the tree that you expected.',
      );
      return 0;
    },
  });
}
