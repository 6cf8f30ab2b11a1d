// vitrine center: the Transparency Center.

import type { Command } from 'commander';
import { buildWeb, openCenter, serveCenter } from '@vitrine/center';
import { readCenterFolder } from '../center-folder.ts';
import { command, noun, option } from '../command.ts';
import { splitAddress } from '../config.ts';
import { stopRequested } from '../signals.ts';
import type { Terminal } from '../terminal.ts';

async function run(folder: string, listen: string | undefined, terminal: Terminal): Promise<number> {
  const read = await readCenterFolder(folder);
  const center = await openCenter({ ...read.options, web: await buildWeb() });
  const { host, port } = splitAddress(listen ?? read.listen);
  const served = await serveCenter(center, host, port).catch(async (error: unknown) => {
    await center.close();
    throw error;
  });
  const ready = `center serves at ${read.options.origin}`;
  if (terminal.json) terminal.document({ ready });
  terminal.line(ready);
  await stopRequested();
  await served.close();
  await center.close();
  return 0;
}

const runCommand = (): Command =>
  command<{ listen?: string }>({
    usage: 'run <dir>',
    summary: 'Serves the Transparency Center of a folder until it is stopped',
    options: [option('--listen <host:port>', 'instead of what center.toml says')],
    example: 'vitrine center run center',
    run: ({ args: [folder = ''], options, terminal }) => run(folder, options.listen, terminal),
  });

export const centerCommand = (): Command => noun('center', 'The Transparency Center', [runCommand()]);
