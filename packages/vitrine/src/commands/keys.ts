import type { Command } from 'commander';
import { noteTypes, parseSpki, toBase64, type NoteType, type Scheme } from '@vitrine/evidence';
import { generateKey, loadSigner, nameKey, noteVkey } from '@vitrine/keys';
import { command, noun, option } from '../command.ts';
import { fail } from '../codes.ts';

interface Options {
  readonly scheme?: Scheme;
  readonly name?: string;
  readonly witness?: boolean;
}

const schemes: readonly Scheme[] = ['ed25519', 'ecdsa-p256', 'ml-dsa-44'];

/** ML-DSA-44 note keys have one type; an Ed25519 key is a log's or a witness's. */
function noteType(scheme: Scheme, witness: boolean): NoteType {
  switch (scheme) {
    case 'ml-dsa-44':
      return noteTypes.mlDsaCosignature;
    case 'ed25519':
      return witness ? noteTypes.cosignature : noteTypes.log;
    case 'ecdsa-p256':
      throw fail('cli.usage', 'P-256 keys sign statements, not notes; leave --name out');
  }
}

async function describe(path: string, { name, witness = false }: Options): Promise<Record<string, string>> {
  const signer = await loadSigner(path);
  const { scheme } = parseSpki(signer.publicKey);
  return {
    path,
    scheme,
    keyid: signer.keyid,
    publicKey: toBase64(signer.publicKey),
    ...(name === undefined ? {} : { vkey: noteVkey(name, signer, noteType(scheme, witness)) }),
  };
}

function print(
  terminal: { json: boolean; line(text: string): void; document(value: unknown): void },
  shown: Record<string, string>,
): void {
  if (terminal.json) terminal.document(shown);
  for (const [name, value] of Object.entries(shown)) terminal.line(`${name.padEnd(10)} ${value}`);
}

const noteOptions = [
  option('--name <name>', 'the name under which the key signs notes; prints the verifier key'),
  option('--witness', 'the verifier key of a witness (cosignature), not of a log'),
];

export function keysCommand(): Command {
  return noun('keys', 'make and show signing keys', [
    command<Options>({
      usage: 'generate <file>',
      summary: 'make a private key (PKCS#8, mode 0600); refuses to overwrite',
      options: [
        option('--scheme <scheme>', 'ed25519, ecdsa-p256 or ml-dsa-44').choices(schemes).default('ed25519'),
        ...noteOptions,
      ],
      example: 'vitrine keys generate log.key --name log.example/vitrine',
      run: async ({ args: [path = ''], options, terminal }) => {
        const scheme = options.scheme ?? 'ed25519';
        if (options.name !== undefined) noteType(scheme, options.witness ?? false);
        await generateKey(path, scheme);
        if (options.name !== undefined) await nameKey(path, options.name);
        print(terminal, await describe(path, options));
        return 0;
      },
    }),
    command<Options>({
      usage: 'show <file>',
      summary: 'show the public half of a key',
      options: noteOptions,
      run: async ({ args: [path = ''], options, terminal }) => {
        print(terminal, await describe(path, options));
        return 0;
      },
    }),
  ]);
}
