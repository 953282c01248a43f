import type { Enquiry } from '../store/enquiries';
import { ApiError } from './api-error';
import { recordChange } from './audit-trail';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';

/** Throws `wrong-role` when an agent wants to block everybody of a domain: one word of his could shut out many customers. */
export const mayBlock = ({ role }: Pick<Caller, 'role'>, whom: 'address' | 'domain' | undefined): void => {
  if (whom !== 'domain' || role !== 'agent') return;
  throw new ApiError('wrong-role', 'Only supervisors and admins block a whole domain. Block the address, or ask one.');
};

/**
 * Puts who wrote the first mail of an enquiry, or his whole domain, on the blocklist of its channel, once; what he should
 * know who asked for it, as sentences.
 */
export const blockSenderOf = async (
  ports: Pick<ApiPorts, 'store' | 'now'>,
  call: { caller: Caller; request: { ip?: string | undefined } },
  { mail, channel }: Pick<Enquiry, 'mail' | 'channel'>,
  whom: 'address' | 'domain',
): Promise<string[]> => {
  const { store, now } = ports;
  const first = mail.find((each) => each.direction === 'in');
  const address = first && (await store.messages.get(first.message))?.from?.address.toLowerCase();
  if (!address) return ['Nobody was blocked: its first mail names no sender.'];
  const sender = whom === 'domain' ? address.slice(address.lastIndexOf('@')) : address;
  const { id: by } = call.caller;
  const added = await store.blocklist.add([{ list: channel, sender, reason: 'spam', by, at: now() }]);
  if (added.length > 0) {
    const after = { added: [sender], reason: 'spam' };
    await recordChange(ports, call, { what: 'blocklist.add', about: channel, before: null, after });
  }
  const off = (await store.channels.get(channel))?.blocklistOn === false;
  return off ? ['The blocklist of this channel is switched off: an admin has to switch it on before it refuses.'] : [];
};
