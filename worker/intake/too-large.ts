import { addressKey } from '../../mail/addresses';
import { classify } from '../../mail/classify';
import { UnparsableMail } from '../../mail/errors';
import type { DeliverySource, EntryFacts } from '../../store/ledger';
import type { IntakePorts } from './intake-ports';

/** What the header of a mail that is too large tells, so that people see in the ledger who wrote what. */
export async function readHeaderFacts(
  { parser }: Pick<IntakePorts, 'parser'>,
  header: Buffer | null,
  { envelope }: DeliverySource,
): Promise<EntryFacts> {
  if (!header || header.length === 0) return {};
  try {
    const mail = await parser.parse(header);
    const from = mail.from[0]?.address;
    return {
      messageId: mail.messageId,
      kind: classify(mail, envelope, { peopleSenders: [] }).kind,
      from: from ? addressKey(from) : null,
      subject: mail.subject.slice(0, 500),
    };
  } catch (error) {
    if (error instanceof UnparsableMail) return {};
    throw error;
  }
}
