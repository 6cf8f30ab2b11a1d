// Where everybody of the tour keeps what is theirs.

import { join } from 'node:path';
import { makeDurableDirectory } from '@vitrine/host';

export interface Folders {
  readonly data: string;
  /** What each daemon printed. */
  readonly logs: string;
  /** HOME of every process. */
  readonly home: string;
  readonly vendor: string;
  readonly trustee: string;
}

export async function makeFolders(data: string): Promise<Folders> {
  const folders = {
    data,
    logs: join(data, 'logs'),
    home: join(data, 'home'),
    vendor: join(data, 'vendor'),
    trustee: join(data, 'trustee'),
  };
  for (const folder of [folders.logs, folders.home]) await makeDurableDirectory(folder);
  return folders;
}
