import type { Store } from '../store';
import type { LedgerEntry } from '../store/ledger';
import { ApiError } from './api-error';

/**
 * A mail as our mail server would hand it on: our Received line (RFC 5321, 4.4), which stands apart so that the stored
 * bytes stay as they were sent, then these. Mail fetched by IMAP has none of ours. Throws `mail-not-here`.
 */
export const receivedMail = async ({ blobs }: Pick<Store, 'blobs'>, entry: LedgerEntry): Promise<Buffer> => {
  if (entry.blob === '')
    throw new ApiError('mail-not-here', 'This mail was too large to be taken in; only its head was read.');
  const raw = await blobs.get(entry.blob);
  return entry.source.received ? Buffer.concat([Buffer.from(entry.source.received), raw]) : raw;
};
