// Variations and probes in bubblewrap, which sees no Node of ours: their recipes run the shell and tools of
// the machine.

import { chooseSandbox } from '../src/index.ts';
import { describeProbe, describeVariations, inShell } from './surroundings.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;

describeVariations('in bubblewrap', auto, inShell, skip);
describeProbe('in bubblewrap', auto, inShell, skip);
