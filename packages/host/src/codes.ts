import { raiser, type Raise } from '@vitrine/evidence';

/** What the machine can refuse: files, network, processes, databases. */
export const hostErrors = {
  'file.no-space': {
    exit: 1,
    meaning: 'The disk or the quota is full.',
    remedy:
      'Free space on that file system and run the command again; nothing half-written is left in place.',
  },
  'file.permission': {
    exit: 1,
    meaning: 'The operating system does not allow this access to a file or folder.',
    remedy: 'Check the owner and mode of the path, and whether its file system is mounted read-only.',
  },
  'file.missing': {
    exit: 1,
    meaning: 'A file or folder that must exist is not there.',
    remedy: 'Check the path, and that its volume is mounted; create the folder if it is meant to be new.',
  },
  'file.exists': {
    exit: 1,
    meaning: 'Something else is already at this path, and it is never overwritten.',
    remedy: 'Choose another path, or look at what is there and move it away yourself.',
  },
  'file.too-large': {
    exit: 1,
    meaning: 'A file is larger than the reader allows.',
    remedy: 'Check that this is the right file.',
  },
  'file.io': {
    exit: 1,
    meaning: 'The operating system failed to read or write a file.',
    remedy: 'Check the disk and the kernel log; do not trust the affected file before it has been checked.',
  },
  'private.permissions': {
    exit: 1,
    meaning: 'A file with a secret can be read by others than its owner.',
    remedy: 'Set its mode to 0600; think of what is in it as known if others use this machine.',
  },
  'private.form': {
    exit: 1,
    meaning: 'What should be a small file with a secret has another form or size.',
    remedy: 'Check the path; restore the file from where its owner keeps the copy.',
  },
  'store.altered': {
    exit: 3,
    meaning: 'An object in the store no longer has the digest that names it.',
    remedy: 'Check the disk; delete the object and fetch it again from its source.',
  },
  'store.missing': {
    exit: 5,
    meaning: 'The store does not hold this object.',
    remedy: 'Fetch the object first, or name the store that holds it.',
  },
  'store.too-large': {
    exit: 1,
    meaning: 'An object is larger than the caller allows.',
    remedy: 'Raise the limit if an object of this size is expected.',
  },
  'store.name': {
    exit: 2,
    meaning: 'An object name is not a SHA-256 digest in lower-case hex.',
    remedy: 'Name the object by 64 lower-case hex digits.',
  },
  'lease.held': {
    exit: 1,
    meaning: 'Another process is the single writer of this folder.',
    remedy:
      'Stop the process that runs on this folder; its lease ends with it and nothing has to be deleted.',
  },
  'fetch.url': {
    exit: 2,
    meaning: 'An address is not a plain http or https URL.',
    remedy: 'Write the address as http:// or https:// without user name and password.',
  },
  'fetch.timeout': {
    exit: 5,
    meaning: 'A server did not finish its answer in time.',
    remedy: 'Check the network and the server, then run the command again.',
  },
  'fetch.aborted': {
    exit: 5,
    meaning: 'A request was given up before its answer came.',
    remedy: 'Run the command again if the answer is still needed.',
  },
  'fetch.unreachable': {
    exit: 5,
    meaning: 'A server cannot be reached, or broke off its answer.',
    remedy: 'Check the address, the network and that the server runs.',
  },
  'fetch.redirect': {
    exit: 5,
    meaning: 'A server redirects; redirects are never followed.',
    remedy: 'Use the final address, if you trust it.',
  },
  'fetch.status': {
    exit: 5,
    meaning: 'A server answered with another HTTP status than expected.',
    remedy: "Look at the status and the server's log.",
  },
  'fetch.too-large': {
    exit: 5,
    meaning: 'An answer is longer than the limit for this request.',
    remedy: 'Check that the address is the right one; raise the limit only if the size is expected.',
  },
  'fetch.digest': {
    exit: 3,
    meaning: 'Fetched bytes do not have the expected digest.',
    remedy:
      'Do not use them; the server or the path to it altered the file, or the expected digest is wrong.',
  },
  'http.port-in-use': {
    exit: 1,
    meaning: 'Another program already listens on this address and port.',
    remedy: 'Stop that program or choose another port; port 0 takes any free one.',
  },
  'http.address': {
    exit: 1,
    meaning: 'This address and port cannot be listened on.',
    remedy: 'Use an address of this machine and a port that this user may open (1024 or above).',
  },
  'http.body-too-large': {
    exit: 1,
    meaning: 'A request body is longer than this endpoint accepts.',
    remedy: 'Send a smaller request.',
  },
  'http.body-slow': {
    exit: 1,
    meaning: 'A request body did not arrive in time.',
    remedy: 'Send the request again over a faster connection.',
  },
  'http.body-cut': {
    exit: 1,
    meaning: 'A client broke off before its request body was complete.',
    remedy: 'Send the request again.',
  },
  'process.not-found': {
    exit: 1,
    meaning: 'A program is not installed or not on the PATH it was given.',
    remedy: 'Install the program or give its full path.',
  },
  'process.not-started': {
    exit: 1,
    meaning: 'The operating system refused to start a program.',
    remedy: 'Check that the file is executable by this user and that process limits are not exhausted.',
  },
  'process.timeout': {
    exit: 1,
    meaning: 'A program ran longer than it may; it and everything it started were killed.',
    remedy: 'Look at its output; raise the time limit if it needs longer.',
  },
  'process.not-ready': {
    exit: 1,
    meaning: 'A daemon ended, or stayed silent, before it said that it is ready.',
    remedy: 'Look at its log.',
  },
  'database.damaged': {
    exit: 1,
    meaning: 'A file is not an SQLite database, or it is damaged.',
    remedy: 'Check the disk; restore the file from a copy or rebuild it from its source.',
  },
  'database.newer': {
    exit: 1,
    meaning: 'A database was written by a newer version of this program.',
    remedy: 'Install that version or a later one.',
  },
  'database.busy': {
    exit: 1,
    meaning: 'Another process holds the database locked.',
    remedy: 'Wait for the other process or stop it, then run the command again.',
  },
} as const;

export type HostCode = keyof typeof hostErrors;
export const fail: Raise<HostCode> = raiser(hostErrors);
