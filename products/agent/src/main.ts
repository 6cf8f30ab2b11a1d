#!/usr/bin/env node
// The endpoint agent as one program. Whom it believes is no part of it: root and policy come with the vendor's
// package as declared materials, and are given at enrolment (D5).

import { agentCommand } from '@vitrine/endpoint';
import manifest from '../package.json' with { type: 'json' };

process.exitCode = await agentCommand(process.argv.slice(2), {
  product: 'agent',
  version: manifest.version,
  // The script, or the single executable: in both, the file whose digest was released.
  file: import.meta.filename,
});
