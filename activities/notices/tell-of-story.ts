import type { EnquiryState, NoticeSort, TraceEntry } from '../../flows/state';
import type { Ports } from '../ports';
import { supervisorsOf } from './supervisors';
import { tellStaff } from './tell-staff';

type StoryPorts = Pick<Ports, 'store'>;

/** What somebody must hear of, and who. */
interface Telling {
  entry: TraceEntry;
  sort: NoticeSort;
  who: string[] | 'supervisors';
  text: (number: number) => string;
}

/**
 * Tells colleagues what they must not overlook in a story that was just recorded: a transfer that nobody took, a mail
 * that did not arrive, an enquiry that is parked. Each is told once, however often the record is repeated.
 */
export async function tellOfStory(
  ports: StoryPorts,
  { enquiryId, channelId, assignee, group }: EnquiryState,
  trace: readonly TraceEntry[],
): Promise<void> {
  const tellings = trace.flatMap((entry) => tellingOf(entry, assignee) ?? []);
  if (tellings.length === 0) return;
  const number = (await ports.store.enquiries.get(enquiryId))?.number ?? 0;
  for (const { entry, sort, who, text } of tellings) {
    await tellStaff(ports, who === 'supervisors' ? await supervisorsOf(ports, group) : who, {
      id: `${enquiryId}:${entry.seq}`,
      at: new Date(entry.at),
      sort,
      text: text(number),
      enquiry: enquiryId,
      channel: channelId,
    });
  }
}

function tellingOf(entry: TraceEntry, assignee: string | null): Telling | null {
  const { kind, outcome, what } = entry;
  if (kind === 'parked')
    return { entry, sort: 'parked', who: 'supervisors', text: (number) => `Enquiry ${number}: ${what}` };
  if (assignee === null) return null;
  if (kind === 'transfer' && outcome === 'failed') {
    const text = (number: number): string => `Nobody took the transfer of enquiry ${number}: it stays with you.`;
    return { entry, sort: 'transfer-failed', who: [assignee], text };
  }
  if (kind !== 'delivery') return null;
  return { entry, sort: 'delivery-failed', who: [assignee], text: (number) => `Enquiry ${number}: ${what}` };
}
