/** Why a mail could not be read at all. `timeout` and `crashed` come from the parser's thread. */
export type UnparsableReason = 'empty' | 'no-header' | 'timeout' | 'crashed' | 'closed';

const SENTENCES: Record<UnparsableReason, string> = {
  empty: 'The mail has no bytes at all; nothing can be shown of it.',
  'no-header': 'No header line and no text could be read; this is not an email.',
  timeout: 'Reading the mail took longer than the time limit and was stopped.',
  crashed: 'The thread that read the mail ran out of memory or crashed.',
  closed: 'The parser was closed before the mail was read.',
};

/** Nothing of the mail can be shown; the raw bytes must be kept and a person told. `reason` says why. */
export class UnparsableMail extends Error {
  override readonly name = 'UnparsableMail';
  readonly reason: UnparsableReason;

  constructor(reason: UnparsableReason, detail?: string) {
    super(detail ? `${SENTENCES[reason]} (${detail})` : SENTENCES[reason]);
    this.reason = reason;
  }
}
