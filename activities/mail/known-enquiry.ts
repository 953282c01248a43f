import type { Enquiry } from '../../store/enquiries';
import type { Ports } from '../ports';

/** What a mail of the engine needs to know of its enquiry. */
export type KnownEnquiry = Pick<Enquiry, 'number' | 'assignee' | 'mailStopped'>;

/**
 * An enquiry as it stands among the open ones. One that is closed, or was opened again a moment ago, is not among them:
 * whether its automatic mail was stopped is known all the same. Null when unknown.
 */
export async function knownEnquiry({ store }: Pick<Ports, 'store'>, id: string): Promise<KnownEnquiry | null> {
  return (await store.enquiries.open.get(id)) ?? (await store.enquiries.load(id));
}
