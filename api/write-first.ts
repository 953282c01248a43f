import { linkPublished, revisionFor, servingNode } from '../flows';
import type { Channel } from '../store/channels';
import type { Enquiry, PinnedFlow } from '../store/enquiries';
import { shortDigest } from '../store/short-digest';
import { ApiError, notFound, wrongBody } from './api-error';
import type { Caller } from './caller';
import { boundElsewhere, mustBeAllowed } from './may-write-first';
import type { ApiPorts } from './ports';

type Ports = Pick<ApiPorts, 'store' | 'now' | 'workflows' | 'settings'>;

/** What an agent begins with. */
export interface FirstLetter {
  channel: string;
  to: string;
  subject: string;
}

/**
 * Opens the enquiry of an agent who writes first, and starts its run; the same request finds the same one. Its id is made of
 * who asks and his key, everything is insert-if-absent, so a request that was cut off is finished by its repeat.
 */
export async function openFirst(
  ports: Ports,
  { caller, key, letter }: { caller: Caller; key: string; letter: FirstLetter },
): Promise<Enquiry> {
  const { store, now, workflows } = ports;
  const id = `e${shortDigest(`written first|${caller.id}|${key}`)}`;
  const known = await store.enquiries.get(id);
  const contact = store.contacts.idOf(letter.to);
  if (known && (known.contact !== contact || known.channel !== letter.channel))
    throw new ApiError('key-used-otherwise');
  if (!known) {
    const channel = await mayWrite(ports, caller, letter);
    const flow = await pinnedFlow(ports, channel, id);
    await store.contacts.make(letter.to, { by: `user:${caller.id}`, now: now() });
    const number = await store.counters.next('enquiry');
    const { subject } = letter;
    const opening = { _id: id, number, channel: channel._id, flow, contact, subject, mail: [], links: [] };
    await store.enquiries.create({ ...opening, by: `user:${caller.id}`, openedAt: now(), writtenBy: caller.id });
  }
  await store.contacts.began(contact, id);
  await workflows.startEnquiry(id);
  const opened = await store.enquiries.get(id);
  if (!opened) throw new Error('An enquiry that was just opened is gone.');
  return opened;
}

async function mayWrite(ports: Ports, caller: Caller, { channel: id, to }: FirstLetter): Promise<Channel> {
  const { store } = ports;
  if (caller.service === 'draft') throw new ApiError('draft-only');
  const channel = await store.channels.get(id);
  if (!channel) throw notFound('channel', id);
  await mustBeAllowed(ports, channel, caller);
  if (!channel.enabled) throw new ApiError('wrong-state', `The channel "${id}" is off; nothing is sent from it.`);
  if (await store.channels.byAddress(to)) throw wrongBody('/to', 'is an address of ours');
  const bound = await boundElsewhere(ports, { channel: id, contact: store.contacts.idOf(to), caller });
  if (bound === null) return channel;
  const agent = await store.agents.get(bound.agent);
  const detail = `This contact is bound to ${agent?.name ?? bound.agent}, who is there. Leave him a note: POST /v1/contacts/{id}/agent-notes.`;
  throw new ApiError('bound-to-other', detail, { by: bound.agent });
}

async function pinnedFlow({ store, settings }: Ports, channel: Channel, enquiry: string): Promise<PinnedFlow> {
  const live = channel.flow;
  const revision = live && (await store.flows.revision(live.id, revisionFor(live, enquiry)));
  if (!revision) throw new ApiError('wrong-state', `The channel "${channel._id}" runs no published flow.`);
  if (servingNode(await linkPublished(revision, store.flows.revision)) === null) {
    const what = 'has neither "onTaken" nor a wait for "agent-closed": it has no place for who writes first';
    throw new ApiError('wrong-state', `The flow "${revision.flow}" ${what}.`);
  }
  const { flow: id, sha256 } = revision;
  const { flowDefaults: defaults } = settings;
  return { id, revision: revision.revision, sha256, settings: channel.settings, defaults };
}
