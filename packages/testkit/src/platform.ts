import { concat, u64, utf8, type Platform, type VerifySignature } from '@vitrine/evidence';
import { sha256, sha256Hex, verifySignature } from '@vitrine/host';

/** Node's own cryptography, as the command uses it. */
export const nodePlatform: Platform = { sha256, verifySignature };

const most = 4096;

/** Node's cryptography that verifies each signature once: in ten thousand verdicts most are the same. */
export function rememberingPlatform(): Platform {
  const answers = new Map<string, Promise<boolean>>();
  const verify: VerifySignature = (scheme, spki, message, signature) => {
    const parts = [utf8(scheme), spki, message, signature].flatMap((part) => [u64(part.length), part]);
    const id = sha256Hex(concat(...parts));
    const known = answers.get(id);
    if (known !== undefined) return known;
    const answer = verifySignature(scheme, spki, message, signature);
    if (answers.size < most) answers.set(id, answer);
    return answer;
  };
  return { sha256, verifySignature: verify };
}
