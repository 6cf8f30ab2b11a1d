// The client's side: keys that are used and never seen. What comes back is verified before it is believed.

import type { Writable } from 'node:stream';
import {
  fromBase64,
  fromHex,
  isVitrineError,
  keyidOf,
  parseJson,
  parseSpki,
  requireSignature,
  schema,
  VitrineError,
  type Exit,
  type Signer,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { formatShareAsk, type ShareAsk } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { answerBytes, frameReader, helloBytes, writeFrame, type FrameReader } from './frames.ts';
import type { Grant } from './grants.ts';

export interface Signers {
  /** The one key that signs for this; throws `signer.role` where there is none, or a choice. */
  for(grant: Grant): Signer;
  /** Opens shares of record keys (D18); undefined where the signer holds no secret for it. */
  readonly release: ((ask: ShareAsk) => Promise<Uint8Array>) | undefined;
  /** Ends the connection, and the process where it is our own. */
  close(): Promise<void>;
}

export interface Line {
  readonly input: Writable;
  readonly output: AsyncIterable<Uint8Array>;
  /** Why there is no answer, in words, once the output has ended. */
  ended(): Promise<string>;
  close(): Promise<void>;
}

const helloSchema = schema.list(
  schema.object({
    publicKey: schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 2000, 'a public key in base64'),
    may: schema.list(schema.text(/^[a-z-]+$/, 32, 'a grant'), { least: 1, most: 16 }),
  }),
  { most: 64 },
);

/** To start and to open its keys; a machine under load takes its time. */
const helloMs = 60_000;

interface Waiting {
  readonly resolve: (frame: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads which keys there are; rejects with the signer's own reason where it could not start. */
export async function openSigner(line: Line, timeoutMs = 60_000): Promise<Signers> {
  const frames = frameReader(line.output);
  const channel = new Channel(line, frames, timeoutMs);
  const told = readHello(await channel.hello());
  const held = told
    .filter(({ may }) => !may.includes('halves'))
    .map(({ publicKey, may }) => ({ may, signer: remoteSigner(fromBase64(publicKey), channel) }));
  const halves = told.find(({ may }) => may.includes('halves'))?.publicKey;
  return {
    release: halves === undefined ? undefined : remoteRelease(fromBase64(halves), channel),
    for(grant) {
      const [found, ...more] = held.filter(({ may }) => may.includes(grant));
      if (found === undefined || more.length > 0)
        throw fail(
          'signer.role',
          `the signer has ${held.length} keys, ${found === undefined ? 'none' : more.length + 1} of them for ${grant}`,
        );
      return found.signer;
    },
    close: () => line.close(),
  };
}

function readHello(bytes: Uint8Array): ReturnType<typeof helloSchema.check> {
  try {
    return helloSchema.check(parseJson(bytes));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('signer.frame', 'the signer began with something else than its keys', { cause });
  }
}

function remoteSigner(publicKey: Uint8Array, channel: Channel): Signer {
  const keyid = keyidOf(publicKey, sha256);
  return {
    scheme: parseSpki(publicKey).scheme,
    publicKey,
    keyid,
    async sign(message) {
      const signature = await channel.ask(fromHex(keyid), message);
      await requireSignature(publicKey, message, signature, verifySignature);
      return signature;
    },
  };
}

/** What comes back only the requester can open and check. */
function remoteRelease(publicKey: Uint8Array, channel: Channel): (ask: ShareAsk) => Promise<Uint8Array> {
  const keyid = sha256(publicKey);
  return (ask) => channel.ask(keyid, formatShareAsk(ask));
}

/** Requests and answers in order. Owns who waits; after the first failure everyone is told the same. */
class Channel {
  readonly #line: Line;
  readonly #frames: FrameReader;
  readonly #timeoutMs: number;
  readonly #waiting: Waiting[] = [];
  #over: VitrineError | undefined;

  constructor(line: Line, frames: FrameReader, timeoutMs: number) {
    this.#line = line;
    this.#frames = frames;
    this.#timeoutMs = timeoutMs;
  }

  async hello(): Promise<Uint8Array> {
    const said = this.#wait(helloMs);
    void this.#read();
    return said;
  }

  ask(keyid: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const answer = this.#wait(this.#timeoutMs);
    void writeFrame(this.#line.input, keyid, message);
    return answer;
  }

  #wait(timeoutMs: number): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const timer = setTimeout(() => {
      this.#end(fail('signer.gone', `the signer did not answer within ${timeoutMs} ms`));
      void this.#line.close();
    }, timeoutMs);
    this.#waiting.push({
      resolve: (frame) => (clearTimeout(timer), resolve(frame)),
      reject: (error) => (clearTimeout(timer), reject(error)),
    });
    return promise;
  }

  async #read(): Promise<void> {
    try {
      for (let most = helloBytes; ; most = answerBytes) {
        const frame = await this.#frames.next(most);
        if (frame === undefined) break;
        const { resolve, reject } = this.#waiting.shift() ?? unasked();
        if (frame[0] === 1) resolve(frame.subarray(1));
        else reject(readError(frame.subarray(1)));
      }
      this.#end(fail('signer.gone', await this.#line.ended()));
    } catch (error) {
      // A broken pipe or socket: the end of the process says more than the errno.
      this.#end(
        isVitrineError(error) ? error : fail('signer.gone', await this.#line.ended(), { cause: error }),
      );
      await this.#line.close();
    }
  }

  #end(error: VitrineError): void {
    this.#over ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#over);
  }
}

function unasked(): never {
  throw fail('signer.frame', 'the signer answered what nobody asked');
}

const errorSchema = schema.object({
  code: schema.text(/^[a-z][a-z0-9.-]*$/, 64, 'a code'),
  message: schema.text(/^[^\0]*$/, 4096, 'a message'),
  remedy: schema.text(/^[^\0]*$/, 1024, 'a remedy'),
  exit: schema.integer(1, 5),
});

/** The signer's own refusal, as if it had been met here. */
function readError(bytes: Uint8Array): VitrineError {
  try {
    const { code, message, remedy, exit } = errorSchema.check(parseJson(bytes));
    return new VitrineError(code, { exit: exit as Exit, meaning: message, remedy }, message);
  } catch (cause) {
    return fail('signer.frame', 'the signer gave a reason that cannot be read', { cause });
  }
}
