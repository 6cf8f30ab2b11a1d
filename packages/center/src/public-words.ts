import { hostErrors } from '@vitrine/host';
import { logErrors } from '@vitrine/log';

/** What the machine and the log's reader say: their messages name files and addresses of the operator's. */
const inner: Readonly<Record<string, { readonly meaning: string }>> = { ...hostErrors, ...logErrors };

export interface PublicWords {
  readonly code: string;
  readonly message: string;
}

/**
 * An error as any reader is told it. Messages of the Center's own errors are made for readers; of others the
 * rule is told, and not the case, which goes to the operator's report.
 */
export function publicWords({ code, message }: PublicWords): PublicWords {
  return { code, message: inner[code]?.meaning ?? message };
}
