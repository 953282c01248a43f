/** Making one enquiry of many: the eldest takes in all others. */
import type { Enquiry } from '../store/enquiries';
import type { BulkCode } from '../workflows/messages';
import type { Foretold } from './bulk-acts';
import type { Caller } from './caller';
import { elderFirst, isOfContact } from './joining';
import type { ApiPorts } from './ports';

/** An enquiry that may be part of a merge: none of another, and no spam. */
const standsAlone = ({ state }: Enquiry): boolean => !state?.merged && !state?.spam;

/** The enquiry that takes the others in; null where there are not two. */
export const eldestOf = (seen: readonly Enquiry[]): Enquiry | null => {
  const able = seen.filter(standsAlone);
  const [first, ...others] = able;
  if (!first || others.length === 0) return null;
  return others.reduce((elder, each) => elderFirst(elder, each)[0], first);
};

/** Those that would stay as they are, and why; the eldest, which stays too, is among neither. */
export async function foretellMerge(
  ports: Pick<ApiPorts, 'store'>,
  caller: Caller,
  { seen, confirm }: { seen: readonly Enquiry[]; confirm: boolean },
): Promise<Foretold[]> {
  const elder = eldestOf(seen);
  if (!elder) return [];
  const codeOf = async (each: Enquiry): Promise<BulkCode | null> => {
    if (each.state?.merged) return 'enquiry-merged';
    if (each.state?.spam) return 'not-possible-now';
    if (each.channel !== elder.channel) return 'other-channel';
    if (caller.role === 'agent' && each.assignee !== null && each.assignee !== caller.id) return 'not-assigned';
    return confirm || (await isOfContact(ports, each.contact, elder)) ? null : 'other-contact';
  };
  const others = seen.filter((each) => each._id !== elder._id);
  const codes = await Promise.all(others.map(codeOf));
  return others.flatMap(({ _id, number }, index) => {
    const code = codes[index] ?? null;
    return code === null ? [] : [{ enquiry: _id, number, code }];
  });
}
