import { calendarAt, keptName, keptValue, WORKSPACE_CALENDAR, type EvaluationFacts, type Value } from '../../flows';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';
import { groupFacts } from '../routing/candidates';
import { engagementNow } from './find-engaged';

/** Which facts are asked for, and of what. */
export interface FactRequest {
  enquiryId: string;
  channelId: string;
  contact: string | null;
  known: EvaluationFacts;
  paths: string[];
}

type FactPorts = Pick<Ports, 'store' | 'now'> & { readInbound: ReadInbound };
type Facts = Record<string, Value>;

/** Reads the facts that only the store knows; each source is read once, and only when something of it is asked for. */
export async function readFacts(ports: FactPorts, request: FactRequest): Promise<Map<string, Value>> {
  const asks = (prefix: string): boolean => request.paths.some((path) => path.startsWith(prefix));
  const parts = await Promise.all([
    asks('message.') ? messageFacts(ports, request) : {},
    asks('contact.') || asks('account.') ? contactFacts(ports, request) : {},
    asks('channel.') ? channelFacts(ports, request) : {},
    asks('enquiry.') ? enquiryFacts(ports, request) : {},
    asks('engagement.') ? engagementFacts(ports, request) : {},
    asks('time.') ? calendarFacts(ports, request) : {},
    asks('vars.') ? keptFacts(ports.store, request) : {},
    asks('group.') && request.known.group ? groupFacts(ports, request.known.group) : {},
  ]);
  return new Map(parts.flatMap((part: Facts) => Object.entries(part)));
}

/** Personal variables, as the step that wrote each kept it; the default for what nothing wrote, or what was erased. */
export async function keptFacts(
  store: FactPorts['store'],
  { enquiryId, known, paths }: Pick<FactRequest, 'enquiryId' | 'paths'> & { known: Pick<EvaluationFacts, 'personal'> },
): Promise<Facts> {
  const asked = paths.flatMap((path) => {
    const name = keptName(known, path);
    const variable = name === null ? undefined : known.personal?.[name];
    return name === null || !variable ? [] : [{ path, name, variable }];
  });
  const seqs = asked.flatMap(({ variable }) => variable.seq ?? []);
  const values = await store.personalValues.of(enquiryId, seqs);
  return Object.fromEntries(asked.map(({ path, name, variable }) => [path, keptValue(values, name, variable)]));
}

async function messageFacts({ readInbound }: FactPorts, { known }: FactRequest): Promise<Facts> {
  const message = await readInbound(known.message.id);
  if (!message) return {};
  return {
    'message.subject': message.subject,
    'message.text': message.newText || message.text,
    'message.from.address': message.from?.address ?? '',
    'message.from.name': message.from?.name ?? '',
    'message.to': message.to.map((each) => each.address),
    'message.cc': message.cc.map((each) => each.address),
    'message.attachments.names': message.attachments.map((each) => each.name),
  };
}

async function contactFacts({ store, readInbound }: FactPorts, { enquiryId, known }: FactRequest): Promise<Facts> {
  const message = await readInbound(known.message.id);
  const contact = message?.contact ? await store.contacts.get(message.contact) : null;
  const account = contact ? await store.accounts.of(contact) : null;
  return {
    'contact.known': (contact?.enquiries ?? []).some((each) => each !== enquiryId),
    'contact.email': contact?.addresses[0] ?? message?.from?.address ?? '',
    'contact.name': [contact?.firstName, contact?.lastName].filter(Boolean).join(' '),
    'contact.tags': contact?.tags ?? [],
    'contact.owner': contact?.owner ?? '',
    'account.owner': account?.owner ?? '',
  };
}

async function channelFacts({ store }: FactPorts, { known }: FactRequest): Promise<Facts> {
  const channel = await store.channels.get(known.channelId);
  return { 'channel.address': channel?.address ?? '' };
}

async function enquiryFacts({ store }: FactPorts, { enquiryId }: FactRequest): Promise<Facts> {
  const enquiry = await store.enquiries.get(enquiryId);
  return { 'enquiry.number': enquiry?.number ?? 0 };
}

async function calendarFacts({ store, now }: FactPorts, { known }: FactRequest): Promise<Facts> {
  const calendar = await store.calendars.get(known.calendar ?? WORKSPACE_CALENDAR);
  return calendar ? { 'time.open': calendarAt(calendar, now().getTime()).open } : {};
}

async function engagementFacts(ports: FactPorts, request: FactRequest): Promise<Facts> {
  const { agent, available } = await engagementNow(ports, request);
  return {
    'engagement.bound': agent !== null,
    'engagement.agent': agent ?? '',
    'engagement.agentAvailable': available,
  };
}
