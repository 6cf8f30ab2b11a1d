// The smaller files: state, outputs, materials, tree listing, an entry of the log.

import type { Json } from '../json.ts';

export const state: Json = {
  format: 'urn:vitrine:state:v1',
  head: { origin: 'log.example/vitrine', size: 7, root: 'WxiXvvnRehhV7QBE69giW9MpfOmuPkmxFONLSfoGEG0=' },
  policy: { version: 1, sha256: '2d65bbbc09f2fd6615420c1f67897b34c9e1fe9afa41b8938da3db16ef73d425' },
  root: { version: 1, sha256: '4f7599f09850c1289a5a22670650023d0d0dffdb35ec5dffc316ed0c256d99b9' },
  publication: {
    seq: 1,
    snapshot: 1,
    sha256: '9dead8c893de151905b9edef651692b4b8734b4d44e879aedf8a9dc50c179f97',
    index: 6,
    asOf: 6,
  },
  floor: 1795510800,
  sequences: { 'verifier/stable': 7 },
};

export const outputs: Json = {
  outputs: [
    {
      path: 'verifier.mjs',
      sha256: 'e03c42a6983f07157f42f2e718ca3f7714b36d63b506b19ba0ca0d7e04fea254',
      size: 1950,
    },
  ],
};

export const materials: Json = {
  materials: [
    {
      id: 'npm:rolldown@1.2.19',
      kind: 'npm',
      name: 'rolldown',
      version: '1.2.19',
      integrity:
        'sha512-KpJt9cju6gG4eyRAG1f11hsMiApUN8I6sRUIxv6GvQin962CSYy2TsiRZM4CmWaiIp4128FE2JE8IynPrDoSRQ==',
      sha256: '9b42b063fd76e52a7f6318624659329fcb2c29c337d0a6f596b1435656a32831',
      size: 215441,
      opaque: true,
    },
  ],
};

export const tree: Json = {
  files: [
    {
      mode: '100644',
      path: 'README.md',
      sha256: '711a6108ba2ce6ca93dd47d6817f2361db10d8ab6eec89460b2dfc2c325efabe',
      size: 1204,
    },
    {
      mode: '100755',
      path: 'bin/run',
      sha256: 'acba25512100f80b56fc3ccd14c65be55d94800cda77585c5f41a887e398f9be',
      size: 88,
    },
    {
      mode: '100644',
      path: 'docs/a%20page%20in%20%C3%A9lan.md',
      sha256: '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274',
      size: 310,
    },
    {
      mode: '120000',
      path: 'latest',
      sha256: 'f282f23385a0458ae5cb8a99ce7e855d922459f0ea0d11be9356f7a925266974',
      size: 7,
    },
  ],
};

export const entryEnvelope: Json = {
  payload:
    'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2hhbm5lbCI6InN0YWJsZSIsIm9yZGVyIjoiYWQxMmU1ZmIxNjYzZDQ3MjFmMjJhMzg5ZGNmNjE2NDkzZjE5Nzg0YzlmMzQ5ZGQ2OTg0ODNkNDdkYzE0YjY2MiIsIm91dHB1dCI6InZlcmlmaWVyLm1qcyIsInBsYXRmb3JtIjoiYW55IiwicHJvZHVjdCI6InZlcmlmaWVyIiwicHVybCI6InBrZzpnZW5lcmljL3ZlcmlmaWVyQDAuMS4wIiwic2VxdWVuY2UiOjcsInZlcnNpb24iOiIwLjEuMCJ9LCJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9pbi10b3RvLmlvL2F0dGVzdGF0aW9uL3JlbGVhc2UvdjAuMiIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJlMDNjNDJhNjk4M2YwNzE1N2Y0MmYyZTcxOGNhM2Y3NzE0YjM2ZDYzYjUwNmIxOWJhMGNhMGQ3ZTA0ZmVhMjU0In0sIm5hbWUiOiJhcnRpZmFjdCJ9XX0=',
  payloadType: 'application/vnd.in-toto+json',
  signatures: [
    {
      keyid: 'f4e509d3d316fbcd0ea85108bd2faf76ae560d565aaafe883c44138cadddd251',
      sig: 'MEUCIQD8jrseQs9rjgQXIeSGPao9h+AMZkgnoLCRBcmdRAGq+wIgM0Z9QMngxRsdbnwh4voFLSJ5KbJfuIIMyXZdyFogSdc=',
    },
  ],
};

/** Of the third file of the tree above. */
export const sourceProof: Json = {
  format: 'urn:vitrine:source-proof:v1',
  tree: '24886dccba852358e20b464f06ef59f8c0ca512d6fbfa82fb431fae04a816a9c',
  files: 4,
  index: 2,
  file: {
    mode: '100644',
    path: 'docs/a%20page%20in%20%C3%A9lan.md',
    sha256: '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274',
  },
  hashes: ['6Lx7w10JRoZ1BIcoGC7+gx2OPiw7gZWW1UGK9A2yoVI=', 'oPv2zHQPg54Dqvv5zAcNzeTxFgBcOVmXe+ofu/jkcQQ='],
};
