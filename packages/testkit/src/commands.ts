// The programs of a transcript: those that it is given, and a few that files need. All are Node, so that
// a transcript says the same where a system has other tools, or none.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fs = `const fs = require('node:fs'); const [first, second, third] = process.argv.slice(1);`;

const fileCommands = {
  // cat FILE
  cat: node(`process.stdout.write(fs.readFileSync(first));`),
  // chmod MODE FILE
  chmod: node(`fs.chmodSync(second, parseInt(first, 8));`),
  // head LINES, of standard input: all of it is read, so that nobody writes into a closed pipe.
  head: node(`process.stdout.write(fs.readFileSync(0, 'utf8').split(/(?<=\\n)/).slice(0, first).join(''));`),
  // mkdir FOLDER
  mkdir: node(`fs.mkdirSync(first);`),
  // replace TEXT TEXT FILE, the first one in the file
  replace: node(`fs.writeFileSync(third, fs.readFileSync(third, 'utf8').replace(first, () => second));`),
  // upper, of standard input
  upper: node(`process.stdout.write(fs.readFileSync(0, 'utf8').toUpperCase());`),
};

function node(program: string): readonly string[] {
  return [process.execPath, '-e', `${fs} ${program}`, '--'];
}

/** Writes one script for each name into a new folder; answers the folder. */
export function writeCommands(folder: string, commands: Readonly<Record<string, readonly string[]>>): string {
  mkdirSync(folder);
  for (const [name, words] of Object.entries({ ...fileCommands, ...commands })) {
    const path = join(folder, name);
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    writeFileSync(path, `#!/bin/sh\nexec ${quoted} "$@"\n`);
    chmodSync(path, 0o755);
  }
  return folder;
}
