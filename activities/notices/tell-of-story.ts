import type { EnquiryState, NoticeSort, TraceEntry } from '../../flows/state';
import type { Ports } from '../ports';
import { nameOf } from './name-of';
import { supervisorsOf } from './supervisors';
import { tellStaff } from './tell-staff';

type StoryPorts = Pick<Ports, 'store'>;

/** What somebody must hear of, and who. `by`: the name of the person who did it. */
interface Telling {
  entry: TraceEntry;
  sort: NoticeSort;
  who: string[] | 'supervisors';
  text: (number: number, by: string) => string;
}

/**
 * Tells colleagues what they must not overlook in a story that was just recorded: a transfer to them or that nobody took,
 * an enquiry taken from them, an answer to theirs, a mail that did not arrive, an enquiry that is missed or parked. Each is told
 * once, however often the record is repeated.
 */
export async function tellOfStory(
  ports: StoryPorts,
  { enquiryId, channelId, assignee, group }: EnquiryState,
  trace: readonly TraceEntry[],
  numberOf: () => Promise<number>,
): Promise<void> {
  const tellings = trace.flatMap((entry) => tellingsOf(entry, assignee));
  if (tellings.length === 0) return;
  const number = await numberOf();
  for (const [index, { entry, sort, who, text }] of tellings.entries()) {
    const first = tellings.findIndex((each) => each.entry.seq === entry.seq);
    await tellStaff(ports, who === 'supervisors' ? await supervisorsOf(ports, group) : who, {
      id: `${enquiryId}:${entry.seq}${index === first ? '' : 'b'}`,
      at: new Date(entry.at),
      sort,
      text: text(number, entry.by === undefined ? 'The flow' : await nameOf(ports, entry.by)),
      enquiry: enquiryId,
      channel: channelId,
    });
  }
}

function tellingsOf(entry: TraceEntry, assignee: string | null): Telling[] {
  const { kind, what } = entry;
  if (kind === 'missed') {
    const text = (number: number): string => `Enquiry ${number} is missed: everybody who could be asked was asked.`;
    return [{ entry, sort: 'missed', who: 'supervisors', text }];
  }
  if (kind === 'parked')
    return [{ entry, sort: 'parked', who: 'supervisors', text: (number) => `Enquiry ${number}: ${what}` }];
  if (kind === 'merge' || kind === 'absorbed') return joined(entry, assignee);
  if (kind === 'take' || kind === 'release') return handsChanged(entry);
  if (kind === 'transfer') return transferred(entry, assignee);
  if (kind === 'sla' && (entry.outcome === 'warned' || entry.outcome === 'breached')) {
    const who: Telling['who'] = entry.outcome === 'breached' || assignee === null ? 'supervisors' : [assignee];
    return [{ entry, sort: 'sla', who, text: (number) => `Enquiry ${number}: ${what}` }];
  }
  if (assignee === null) return [];
  if (kind === 'offer' && entry.outcome === 'assigned') {
    const agent = entry.detail?.['agent'];
    const text = (number: number): string => `Enquiry ${number} was given to you while you were not online.`;
    return [{ entry, sort: 'assigned', who: [typeof agent === 'string' ? agent : assignee], text }];
  }
  const mine = { entry, who: [assignee], text: (number: number) => `Enquiry ${number}: ${what}` };
  if (kind === 'delivery' && entry.by === undefined) return [{ ...mine, sort: 'delivery-failed' }];
  if (kind === 'snooze' && entry.by === undefined) return [{ ...mine, sort: 'snooze-ended' }];
  return kind === 'mail' && what === 'The contact wrote.' ? [{ ...mine, sort: 'customer-replied' }] : [];
}

/** It was taken from somebody, or given to somebody, by another. */
function handsChanged(entry: TraceEntry): Telling[] {
  const { by, detail = {}, kind } = entry;
  const text = (detail: unknown): string | null => (typeof detail === 'string' ? detail : null);
  const [from, agent] = [text(detail['from']), text(detail['agent'])];
  const lost: Telling[] =
    from === null || from === by
      ? []
      : [
          {
            entry,
            sort: 'taken-over',
            who: [from],
            text: (number, name) => `${name} ${LOST[kind]} enquiry ${number}.`,
          },
        ];
  const given: Telling[] =
    agent === null || agent === by
      ? []
      : [{ entry, sort: 'transferred', who: [agent], text: (number, name) => `${name} gave you enquiry ${number}.` }];
  return [...lost, ...given];
}

/** What somebody serves goes into another enquiry, or another comes to his. */
function joined(entry: TraceEntry, assignee: string | null): Telling[] {
  const { by, detail = {}, kind } = entry;
  if (assignee === null || assignee === by) return [];
  const other = String(detail['number']);
  const text = (number: number, name: string): string =>
    kind === 'merge'
      ? `${name} merged your enquiry ${number} into enquiry ${other}.`
      : `${name} merged enquiry ${other} into your enquiry ${number}.`;
  return [{ entry, sort: kind === 'merge' ? 'taken-over' : 'transferred', who: [assignee], text }];
}

const LOST: Record<string, string> = { take: 'took from you', release: 'gave back to its group your' };

function transferred(entry: TraceEntry, assignee: string | null): Telling[] {
  const { by, detail = {}, outcome } = entry;
  if (outcome === 'failed' && assignee !== null && detail['by'] === undefined) {
    const text = (number: number): string => `Nobody took the transfer of enquiry ${number}: it stays with you.`;
    return [{ entry, sort: 'transfer-failed', who: [assignee], text }];
  }
  const { agent } = detail;
  if (by === undefined || outcome !== undefined || typeof agent !== 'string' || agent === by) return [];
  const text = (number: number, name: string): string => `${name} transfers enquiry ${number} to you.`;
  return [{ entry, sort: 'transferred', who: [agent], text }];
}
