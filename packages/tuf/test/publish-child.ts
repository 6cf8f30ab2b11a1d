// A publication in a process of its own, to be killed: version 2 into FOLDER.

import { publishUpdate } from '@vitrine/testkit';
import { openRepository } from '@vitrine/tuf/repository';

await publishUpdate(openRepository(process.argv[2] ?? ''), 2);
