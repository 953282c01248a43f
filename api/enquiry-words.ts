import type { Enquiry } from '../store/enquiries';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { maySeeEnquiry } from './visibility';

/** What people say: 4711, or #4711 as it stands in subjects. No id is a number. */
const NUMBER = /^#?(\d{1,9})$/;

/** The enquiry that a caller named by its number; null when the word is none, or he may not see it. */
export async function enquiryNumbered(
  { store }: Pick<ApiPorts, 'store'>,
  caller: Caller,
  word: string,
): Promise<Enquiry | null> {
  const number = NUMBER.exec(word)?.[1];
  const enquiry = number === undefined ? null : await store.enquiries.byNumber(Number(number));
  return enquiry && maySeeEnquiry(caller, enquiry) ? enquiry : null;
}

/**
 * The id of the enquiry that a caller named by its number; every other word stays what it is, and so does the number of one
 * that he may not see: whoever reads it next says that there is none.
 */
export async function enquiryIdOf(ports: Pick<ApiPorts, 'store'>, caller: Caller, word: string): Promise<string> {
  return (await enquiryNumbered(ports, caller, word))?._id ?? word;
}
