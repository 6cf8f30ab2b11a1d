export { keysErrors, type KeysCode } from './codes.ts';
export { generateKey, loadSigner } from './file.ts';
export { normaliseLowS } from './lows.ts';
export { importGoKey, loadNoteKey, nameKey, noteVkey, type NoteKey } from './notekey.ts';
export { signerFromSeed } from './seed.ts';
