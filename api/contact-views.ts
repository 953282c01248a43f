import type { Caller } from './caller';
import { seenContact, type SeenContact } from './contact-sight';
import type { TypeOf } from './http/schema';
import type { ApiPorts } from './ports';
import { contactView, type contactShape } from './shapes/contact';

type ContactView = TypeOf<typeof contactShape>;

/** Contacts as they are answered, with what leads to them, their account and the fields that are defined. */
export async function contactViews({ store }: ApiPorts, seen: readonly SeenContact[]): Promise<ContactView[]> {
  const fields = await store.contactFields.list();
  return Promise.all(
    seen.map(async (each) => {
      const { led } = await store.contacts.links.family(each.contact._id);
      const account = await store.accounts.of(each.contact);
      return contactView(each, { links: led, fields, account });
    }),
  );
}

/** One contact the caller may see, as it is answered. Throws `not-found`. */
export async function contactOf(ports: ApiPorts, caller: Caller, id: string): Promise<ContactView> {
  const [view] = await contactViews(ports, [await seenContact(ports, caller, id)]);
  if (!view) throw new Error('A contact that was just read has no view.');
  return view;
}
