import { getSystemErrorMessage } from 'node:util';
import { quote, VitrineError } from '@vitrine/evidence';
import { fail, type HostCode } from './codes.ts';

const codeOfErrno: Readonly<Record<string, HostCode>> = {
  ENOSPC: 'file.no-space',
  EDQUOT: 'file.no-space',
  EFBIG: 'file.no-space',
  EACCES: 'file.permission',
  EPERM: 'file.permission',
  EROFS: 'file.permission',
  ENOENT: 'file.missing',
  ENOTDIR: 'file.missing',
  EEXIST: 'file.exists',
};

/** The operating system's name of a failure ("ENOSPC"), or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** `throw fileFault('write', path, error)`: a failed file operation as a typed error with a remedy. */
export function fileFault(verb: string, path: string, error: unknown): VitrineError {
  if (error instanceof VitrineError) return error;
  const errno = errnoOf(error);
  const code = (errno === undefined ? undefined : codeOfErrno[errno]) ?? 'file.io';
  return fail(
    code,
    `couldn't ${verb} ${quote(path, 400)}: ${errno === undefined ? 'unexpected error' : wordsOf(error, errno)}`,
    {
      at: path,
      cause: error,
    },
  );
}

/** The system's own words, with the name that manuals list. */
function wordsOf(error: unknown, errno: string): string {
  const number: unknown = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return typeof number === 'number' ? `${getSystemErrorMessage(number)} (${errno})` : errno;
}
