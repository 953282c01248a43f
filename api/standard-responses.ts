/** Who may use and change a standard response, which version of it fits, and what its places hold. */
import type { TemplateValue } from '../mail/template';
import { fullName } from '../store/contacts/whole';
import type { Enquiry } from '../store/enquiries';
import type { ResponseScope, ResponseText, StandardResponse } from '../store/standard-responses';
import { ApiError, notFound } from './api-error';
import type { Caller } from './caller';
import { newestFromOutside } from './draft-content';
import { text } from './http/schema';
import type { ApiPorts } from './ports';

/** Language of a version. */
export const language = text({ min: 2, max: 8, pattern: '^[a-z]{2,3}$', description: 'ISO 639 code, such as "de".' });

/** Whether the caller finds a response in his list. */
export const mayUse = ({ id, role, groups }: Caller, scope: ResponseScope): boolean => {
  if (scope.for === 'all') return true;
  return scope.for === 'own' ? scope.user === id : role === 'admin' || groups.includes(scope.group);
};

/** A response the caller may use; throws `not-found`. */
export const usable = async (
  { store }: Pick<ApiPorts, 'store'>,
  caller: Caller,
  id: string,
): Promise<StandardResponse> => {
  const found = await store.standardResponses.get(id);
  if (!found || !mayUse(caller, found.scope)) throw notFound('standard response', id);
  return found;
};

/** Throws `wrong-role` unless the caller may write such a response: his own, and who leads a group, the group's and everybody's. */
export const mustKeep = ({ id, role, groups }: Caller, scope: ResponseScope): void => {
  if (scope.for === 'own' ? scope.user === id : role === 'admin') return;
  if (role === 'supervisor' && (scope.for === 'all' || (scope.for === 'group' && groups.includes(scope.group)))) return;
  const sentence =
    role === 'agent'
      ? 'Agents write responses of their own; those of a group and of everybody are written by supervisors.'
      : 'Supervisors write the responses of their own groups and of everybody.';
  throw new ApiError('wrong-role', sentence);
};

/** Whether what somebody types is in its title, shortcut or texts, whatever the case. */
export const isFound = ({ title, shortcut, texts }: StandardResponse, words: string): boolean => {
  const all = [title, shortcut, ...texts.map(({ subject, html }) => `${subject} ${html.replace(/<[^<>]*>/g, ' ')}`)];
  const text = all.join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((each) => text.includes(each));
};

/** The version for a language: its own, else the one for any, else the first. */
export const versionFor = (texts: readonly ResponseText[], language: string | null): ResponseText | undefined =>
  texts.find((each) => each.language !== null && each.language === language) ??
  texts.find((each) => each.language === null) ??
  texts[0];

/** Language of what the contact wrote last; null where nobody can say. */
export const languageOf = async ({ store }: Pick<ApiPorts, 'store'>, enquiry: Enquiry): Promise<string | null> => {
  const newest = newestFromOutside(enquiry);
  const message = newest === null ? null : await store.messages.get(newest);
  return message?.facts?.language || null;
};

/** What the places of a response hold for an enquiry. What a stranger wrote is no `own`. */
export const valuesFor = async (
  { store }: Pick<ApiPorts, 'store'>,
  { caller, enquiry }: { caller: Caller; enquiry: Enquiry },
): Promise<Record<string, TemplateValue>> => {
  const [contact, channel, group] = await Promise.all([
    enquiry.contact === null ? null : store.contacts.get(enquiry.contact),
    store.channels.get(enquiry.channel),
    enquiry.group === null ? null : store.groups.get(enquiry.group),
  ]);
  const { firstName = '', lastName = '', addresses = [] } = contact ?? {};
  const channelName = channel ? channel.displayName || channel.name : '';
  return {
    'contact.name': fullName({ firstName, lastName }),
    'contact.firstName': firstName,
    'contact.lastName': lastName,
    'contact.address': { own: addresses[0] ?? '' },
    'enquiry.number': enquiry.number,
    'enquiry.subject': enquiry.subject,
    'agent.name': { own: caller.name },
    'channel.name': { own: channelName },
    'channel.address': { own: channel?.address ?? '' },
    'team.name': { own: group?.letterhead?.teamName || channelName },
  };
};
