// What an attacker on the wire serves: the vendor's repository, with some files exchanged or gone.

import { listen, respond, serveStatic, type Handler, type Listener } from '@vitrine/host';

export class Mirror {
  readonly url: string;
  readonly #server: Listener;
  readonly #exchanged: Map<string, Uint8Array | undefined>;

  private constructor(server: Listener, exchanged: Map<string, Uint8Array | undefined>) {
    this.#server = server;
    this.#exchanged = exchanged;
    this.url = server.url;
  }

  static async open(folder: string): Promise<Mirror> {
    const exchanged = new Map<string, Uint8Array | undefined>();
    const server = await listen(overlay(exchanged, serveStatic(folder)), { host: '127.0.0.1', port: 0 });
    return new Mirror(server, exchanged);
  }

  /** From now on; a file without bytes is not there. Paths are relative to the repository. */
  exchange(files: Readonly<Record<string, Uint8Array | undefined>>): void {
    this.#exchanged.clear();
    for (const [path, bytes] of Object.entries(files)) this.#exchanged.set(`/${path}`, bytes);
  }

  honest(): void {
    this.#exchanged.clear();
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

function overlay(exchanged: ReadonlyMap<string, Uint8Array | undefined>, next: Handler): Handler {
  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://mirror.invalid').pathname;
    if (!exchanged.has(path)) return next(request, response);
    const bytes = exchanged.get(path);
    if (bytes === undefined) respond(response, 404, 'not here\n');
    else respond(response, 200, bytes, { 'content-type': 'application/octet-stream' });
    return true;
  };
}
