import type { ApiPorts } from './ports';

/** Whose an address is, seen from a contact. */
export type AddressOwner = 'his' | 'nobody' | 'other';

/** Whose an address (lower case) is: this contact's, nobody's yet, or another's. */
export const ownerOfAddress = async (
  { store: { contacts } }: Pick<ApiPorts, 'store'>,
  contact: { addresses: readonly string[] } | null,
  address: string,
): Promise<AddressOwner> => {
  if (contact?.addresses.includes(address)) return 'his';
  const id = contacts.idOf(address);
  const taken = (await contacts.get(id)) !== null || (await contacts.links.get(id)) !== null;
  return taken ? 'other' : 'nobody';
};

/** Gives a contact a further address that is nobody's yet; false when it is another's. */
export const giveAddress = async (
  { store: { contacts } }: Pick<ApiPorts, 'store'>,
  contact: string,
  { address, by, at }: { address: string; by: string; at: Date },
): Promise<boolean> => {
  const id = contacts.idOf(address);
  // The link first: a part that a crash leaves behind it alone would be a contact nobody made.
  if (!(await contacts.links.lead({ _id: id, to: contact, address, kind: 'address', by, at }))) return false;
  await contacts.makePart(address, { by, now: at });
  return true;
};
