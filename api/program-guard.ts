import type { Enquiry } from '../store/enquiries';
import { ApiError } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { messageToAnswer } from './recipients';

/** What a program that serves as an agent may not: answer where it only drafts, and answer what a machine wrote. */
export const programMayAnswer = async (
  { store }: Pick<ApiPorts, 'store'>,
  { service }: Pick<Caller, 'service'>,
  enquiry: Enquiry,
): Promise<void> => {
  if (service === null) return;
  if (service === 'draft') throw new ApiError('draft-only');
  const answered = messageToAnswer(await store.messages.getMany(enquiry.mail.map(({ message }) => message)));
  if (answered?.direction === 'in' && answered.automatic) throw new ApiError('automatic-mail');
};
