// A PostgreSQL server of one's own in a temporary folder: for tests, benchmarks and soaks alone.

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { accessSync, chownSync, constants, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

export interface TestPostgres {
  /** A new, empty database each time. */
  database(): Promise<string>;
  /** Stops at once, as a power cut of the database machine would; `start` brings it back. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Where the server's programs are: on the PATH, or where Debian keeps them off it. The newest wins. */
function programFolder(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const packaged = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed();
  return [...onPath, ...packaged].find((folder) =>
    ['initdb', 'postgres'].every((program) => isExecutable(join(folder, program))),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The server refuses to run as root: then it runs as the user that its package made. */
function serverUser(): { readonly uid?: number; readonly gid?: number } | undefined {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** Why no server can be started here, as a node:test skip reason; false where it can. */
export function postgresSkipReason(): string | false {
  if (programFolder() === undefined) return 'PostgreSQL is not installed (apt-get install postgresql)';
  if (serverUser() === undefined) return 'PostgreSQL cannot run as root, and there is no user postgres';
  return false;
}

export async function startPostgres(): Promise<TestPostgres> {
  const programs = programFolder();
  const user = serverUser();
  if (programs === undefined || user === undefined) throw new Error(String(postgresSkipReason()));
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const env = { PATH: programs, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  // ICU sorts "a" before "B", as bytes do not: whatever orders by locale shows.
  const locale = ['-E', 'UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'];
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', ...locale],
    { ...user, env, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const url = (name: string): string => `postgres://postgres@127.0.0.1:${port}/${name}`;

  let server: ReturnType<typeof spawn> | undefined;
  const start = async (): Promise<void> => {
    const args = [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
    ];
    server = spawn(join(programs, 'postgres'), args, { ...user, env, cwd: folder, stdio: 'ignore' });
    await untilServing(url('postgres'), server);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await exited;
  };
  // A test that is stopped must not leave a server behind.
  process.on('exit', () => server?.kill('SIGQUIT'));
  await start();
  return {
    start,
    // SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint, the next start recovers.
    crash: () => end('SIGQUIT'),
    async stop() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
    async database() {
      const name = `t${randomBytes(6).toString('hex')}`;
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url(name);
    },
  };
}

/** Below those that systems give out: the server comes back at the same one, and no connection may have it meanwhile. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = randomInt(10_000, 20_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port');
}

async function untilServing(url: string, server: ReturnType<typeof spawn>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
  throw new Error('postgres did not serve within 30 s');
}
