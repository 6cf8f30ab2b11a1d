// For transcripts: the public files of two data centers, zurich.json and frankfurt.json, into the working folder.

import { writeFileSync } from 'node:fs';
import { formatVkey, noteSigner, noteTypes, toBase64, type DataCenter } from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';
import { formatDataCenterFile } from '../src/datacenter/file.ts';

export function testCenter(id: string, country: string): DataCenter {
  const vkey = (purpose: string): string =>
    formatVkey(noteSigner(`${id}.example/${purpose}`, noteTypes.log, testSigner(`${purpose} ${id}`)).key);
  return {
    id,
    name: `Data center ${id}`,
    operator: 'vendor',
    country,
    identity: toBase64(testSigner(`identity ${id}`).publicKey),
    ledger: vkey('custody'),
    access: vkey('access'),
    intake: [`https://${id}.example`],
  };
}

if (import.meta.main)
  for (const [id, country] of [
    ['zurich', 'CH'],
    ['frankfurt', 'DE'],
  ] as const)
    writeFileSync(`${id}.json`, formatDataCenterFile(testCenter(id, country)));
