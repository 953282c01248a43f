import type { KeptValues } from '../flows/personal';
import type { MessageFacts, TraceEntry } from '../flows/state';
import type { Channels } from './channels';
import type { Accounts } from './accounts';
import type { Contacts } from './contacts';
import { fullName } from './contacts/whole';
import type { Enquiries, Enquiry } from './enquiries';
import type { Messages } from './messages';
import { stepsThatKept, type PersonalValuesStore } from './personal-values';

type Facts = Record<string, string | number | boolean | string[]>;

/** A run as it was recorded, with what conditions of its flow might have read. */
export interface StoredRun {
  enquiry: Enquiry;
  story: TraceEntry[];
  /** Facts of the mail that began it. */
  message: MessageFacts;
  /** No machine may answer the mail: it is automatic, a list, spam. */
  unanswerable: boolean;
  facts: Facts;
  /** Facts that are only known as they are now, or not at all, with how. */
  guessed: Record<string, string>;
  /** Values of personal variables, by the step that kept them. */
  personal: KeptValues;
}

/** What is read for it. */
export interface RecordedRunPorts {
  enquiries: Pick<Enquiries, 'get' | 'story'>;
  messages: Pick<Messages, 'get'>;
  contacts: Pick<Contacts, 'get'>;
  accounts: Pick<Accounts, 'of'>;
  channels: Pick<Channels, 'get'>;
  personalValues: Pick<PersonalValuesStore, 'of'>;
}

/** What is only known as it is now, or not at all. */
const GUESSED: Readonly<Record<string, string>> = {
  'contact.tags': 'as they are now',
  'contact.owner': 'as it is now',
  'account.owner': 'as it is now',
  'engagement.bound': 'false',
  'engagement.agent': '"", unless it rang at him first',
  'engagement.agentAvailable': 'false, unless a case was taken by it',
  'group.available': '1',
  'group.waiting': '0',
};

/** Runs as the store remembers them, so that they can be played again. */
export function createRecordedRuns({
  enquiries,
  messages,
  contacts,
  accounts,
  channels,
  personalValues,
}: RecordedRunPorts) {
  return {
    /** A run; null when there is no such enquiry, or its first mail is not kept. */
    async get(id: string): Promise<StoredRun | null> {
      const enquiry = await enquiries.get(id);
      const firstId = enquiry?.mail.find(({ direction }) => direction === 'in')?.message;
      const [first, story] = await Promise.all([
        firstId === undefined ? null : messages.get(firstId),
        enquiries.story(id),
      ]);
      if (!enquiry || !first?.facts) return null;
      const [contact, channel] = await Promise.all([
        first.contact ? contacts.get(first.contact) : null,
        channels.get(enquiry.channel),
      ]);
      const account = contact ? await accounts.of(contact) : null;
      const earlier = (contact?.enquiries ?? []).slice(0, Math.max(0, (contact?.enquiries ?? []).indexOf(id)));
      return {
        enquiry,
        story,
        message: first.facts,
        personal: await personalValues.of(id, stepsThatKept(story)),
        unanswerable: first.noAutoReply || first.automatic || first.facts.dmarc === 'fail',
        facts: {
          'message.subject': first.subject,
          'message.text': first.newText || first.text,
          'message.from.address': first.from?.address ?? '',
          'message.from.name': first.from?.name ?? '',
          'message.to': first.to.map(({ address }) => address),
          'message.cc': first.cc.map(({ address }) => address),
          'message.attachments.names': first.attachments.map(({ name }) => name),
          'contact.known': earlier.length > 0,
          'contact.email': contact?.addresses[0] ?? first.from?.address ?? '',
          'contact.name': contact ? fullName(contact) : '',
          'contact.tags': contact?.tags ?? [],
          'contact.owner': contact?.owner ?? '',
          'account.owner': account?.owner ?? '',
          'channel.address': channel?.address ?? '',
          'enquiry.number': enquiry.number,
          'engagement.bound': false,
          'engagement.agent': '',
          'engagement.agentAvailable': false,
          'group.available': 1,
          'group.waiting': 0,
        },
        guessed: { ...GUESSED },
      };
    },
  };
}

/** Operations on recorded runs. */
export type RecordedRuns = ReturnType<typeof createRecordedRuns>;
