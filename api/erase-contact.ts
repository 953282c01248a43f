import { setTimeout as pause } from 'node:timers/promises';
import type { Contact } from '../store/contacts';
import type { Erasure } from '../store/erasures';
import type { ErasedPerson } from '../store/erasing';
import { ApiError, notFound } from './api-error';
import type { JobDone } from './jobs';
import type { ApiPorts } from './ports';

/** He wrote, or was written to, in the moment it began. */
const MEANWHILE =
  'A mail to this contact waits to be sent, or an enquiry of his was opened meanwhile: end these, then try again.';

type StorePort = Pick<ApiPorts, 'store' | 'now'>;

/** Every id and address of a contact. */
async function personOf({ store }: StorePort, contact: Contact): Promise<ErasedPerson> {
  return { ids: await store.contacts.links.idsOf(contact._id), addresses: contact.addresses };
}

/** Notes that a contact is to be erased. Throws `wrong-state` while anything with him is under way. */
export async function beginErasure(
  ports: StorePort,
  contact: Contact,
  { by, reason }: { by: string; reason: string },
): Promise<Erasure> {
  const { store, now } = ports;
  const person = await personOf(ports, contact);
  const { enquiries, mails } = await store.erasing.underWay(person);
  if (enquiries.length > 0) {
    const numbers = enquiries.map((number) => `#${number}`).join(', ');
    throw new ApiError('wrong-state', `Close the open enquiries of this contact first: ${numbers}.`);
  }
  if (mails > 0) {
    throw new ApiError(
      'wrong-state',
      `${mails} mail(s) to this contact wait to be sent: wait until they have left, or discard them in the outbox.`,
    );
  }
  const sealed = store.secrets.seal(JSON.stringify(person.addresses));
  return store.erasures.begin({ _id: contact._id, ids: person.ids, sealed, by, reason, at: now() });
}

/** An erasure that is not done. Throws `not-found`, `wrong-state`. */
export async function openErasure({ store }: Pick<ApiPorts, 'store'>, id: string): Promise<Erasure> {
  const erasure = await store.erasures.get(id);
  if (!erasure) throw notFound('erasure', id);
  if (erasure.doneAt !== null) throw new ApiError('wrong-state', 'It was done; nothing is left to erase.');
  return erasure;
}

/** Erases; may run again from any point until the erasure is noted as done. */
export async function carryOutErasure({ store, now }: StorePort, erasure: Erasure): Promise<JobDone> {
  if (erasure.doneAt !== null || erasure.sealed === null) {
    return { result: { ...erasure.counts }, done: 1, cancelled: false };
  }
  const noted = { ids: erasure.ids, addresses: JSON.parse(store.secrets.open(erasure.sealed)) as string[] };
  await store.erasing.lists.drop(noted);
  await untilNobodySaves({ store, now });
  const person = await withWhatCameSince({ store, now }, erasure._id, noted);
  const { enquiries, mails } = await store.erasing.underWay(person);
  if (enquiries.length + mails > 0) throw new Error(MEANWHILE);
  const counts = await store.erasing.erase(person, now());
  await store.erasing.eraseContact(person);
  for (const id of person.ids) await store.contacts.links.free(id, now());
  await store.erasures.done(erasure._id, counts, now());
  return { result: { ...counts }, done: 1, cancelled: false };
}

/** A job that saves a list which is gone stops within some rows. */
const LISTS_STOP_WITHIN_MS = 60_000;
const SILENT_MS = 20_000;

async function untilNobodySaves({ store, now }: StorePort): Promise<void> {
  const end = Date.now() + LISTS_STOP_WITHIN_MS;
  while (await store.erasing.lists.areBeingSaved(new Date(now().getTime() - SILENT_MS))) {
    if (Date.now() > end)
      throw new Error('A list of contacts with this person is being saved: try again when it is over.');
    await pause(200);
  }
}

/** A list that was being saved may have given him further addresses after it was asked for. */
async function withWhatCameSince(ports: StorePort, id: string, noted: ErasedPerson): Promise<ErasedPerson> {
  const contact = await ports.store.contacts.get(id);
  if (!contact) return noted;
  const { ids, addresses } = await personOf(ports, contact);
  return { ids: [...new Set([...noted.ids, ...ids])], addresses: [...new Set([...noted.addresses, ...addresses])] };
}
