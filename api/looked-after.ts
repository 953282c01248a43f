import { randomUUID } from 'node:crypto';
import type { OutboxEntry } from '../store/outbox';
import { actName } from './acts';
import type { Caller } from './caller';
import { faultOf } from './http/problem';
import type { ApiPorts } from './ports';

/**
 * A person decided what becomes of a mail that failed or may have arrived: its enquiry needs no attention for it any
 * more. `before` is the mail as it was. The decision stands whether or not the enquiry can be told.
 */
export const lookedAfter = async (
  { store, workflows, log }: Pick<ApiPorts, 'store' | 'workflows' | 'log'>,
  caller: Caller,
  before: OutboxEntry,
): Promise<void> => {
  const { _id: mail, enquiry, state } = before;
  if (enquiry === null || !['failed', 'uncertain'].includes(state)) return;
  if ((await store.enquiries.get(enquiry))?.attention?.mail !== mail) return;
  const act = { act: actName(caller.id, 'attend', randomUUID()), agent: caller.id, mail };
  await workflows.actWithStart(enquiry, 'attend', act).catch((error: unknown) => {
    log.warn(
      { fault: faultOf(error) },
      'an enquiry could not be told that its mail was looked after; a person can say so',
    );
  });
};
