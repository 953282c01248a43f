import { mayWriteFirstFrom } from '../../store/channel-grants';
import type { Channel } from '../../store/channels';
import type { MailLogin } from '../../store/mail-logins';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import {
  changedFields,
  channelChange,
  checkChannel,
  loginOf,
  newChannel,
  type ChannelChange,
} from '../channel-settings';
import { checkSettings, hollowSettings } from '../flow-settings';
import { created, nothing, ok, route, type Route } from '../http/route';
import { list, named, object, type TypeOf } from '../http/schema';
import { GLOBAL_LIST } from '../known-lists';
import type { ApiPorts } from '../ports';
import { releaseHeldMail } from '../release-held-mail';
import { saySoon } from '../say-soon';
import { slug } from '../shapes/basics';
import { channelInput, channelShape, channelSummary, channelSummaryShape, channelView } from '../shapes/channel';
import { maySeeChannelMail } from '../visibility';

/** Channels: the addresses we serve. */
export const channelRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...makingRoutes(ports),
  ...changingRoutes(ports),
];

const loginFor = async ({ store }: ApiPorts, { receive }: Channel): Promise<MailLogin | null> =>
  receive.login === null ? null : store.mailLogins.get(receive.login);

const view = async (ports: ApiPorts, channel: Channel): Promise<TypeOf<typeof channelShape>> => {
  const { store } = ports;
  const shown = channelView(channel, await loginFor(ports, channel), await store.releases.get(channel._id));
  return { ...shown, missing: [...shown.missing, ...(await hollowSettings(store, channel))] };
};

async function one({ store }: ApiPorts, id: string): Promise<Channel> {
  const channel = await store.channels.get(id);
  if (!channel) throw notFound('channel', id);
  return channel;
}

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'listChannels',
      method: 'get',
      path: '/v1/channels',
      tag: 'settings',
      summary: 'List the channels granted to you; admins and supervisors see all',
      answers: { 200: named('ChannelList', object({ items: list(channelSummaryShape) })) },
      handle: async ({ caller }) => {
        const channels = (await ports.store.channels.list()).filter(
          (channel) => caller.role === 'supervisor' || maySeeChannelMail(caller, channel._id),
        );
        const items = await Promise.all(
          channels.map(async (each) => ({
            ...channelSummary(each, await loginFor(ports, each)),
            mayWriteFirst: mayWriteFirstFrom(caller, each),
          })),
        );
        return ok({ items });
      },
    }),
    route({
      id: 'readChannel',
      method: 'get',
      path: '/v1/channels/{id}',
      tag: 'settings',
      summary: 'Read the settings of a channel; passwords and keys are never answered',
      answers: { 200: channelShape },
      handle: async ({ params }) => ok(await view(ports, await one(ports, params.id))),
    }),
  ];
}

/** The flow must be published and its settings must fit, else mail would run into a fault. */
async function checkFlow({ store }: ApiPorts, flow: Channel['flow'], settings: Channel['settings']): Promise<void> {
  if (!flow) return;
  const revision = await store.flows.revision(flow.id, flow.revision);
  if (!revision) throw notFound('published flow', `${flow.id} revision ${flow.revision}`);
  const findings = await checkSettings(store, JSON.parse(revision.text), settings);
  if (findings.length > 0) throw new ApiError('wrong-settings', undefined, { findings });
}

async function saveLogin(ports: ApiPorts, channel: Channel, imap: ChannelChange['imap']): Promise<void> {
  const { store, now } = ports;
  if (imap === undefined) return;
  const before = await loginFor(ports, channel);
  if (imap === null) {
    if (before) await store.mailLogins.remove(before._id);
    await store.channels.change(channel._id, { receive: { ...channel.receive, login: null } });
    return;
  }
  const login = loginOf(channel._id, imap, before, { secrets: store.secrets, now: now() });
  const { _id, v: _v, generation: _generation, cursor: _cursor, ...changes } = login;
  if (!(await store.mailLogins.create(login))) await store.mailLogins.change(_id, changes);
  await store.channels.change(channel._id, { receive: { ...channel.receive, login: _id } });
  saySoon(ports, ({ startMailbox }) => startMailbox(_id));
}

/** Lets its held mail go when it was switched on or given a flow, and can run now. */
async function askForHeldMail(ports: ApiPorts, after: Channel, change: ChannelChange, by: string): Promise<void> {
  const touched = change.enabled !== undefined || change.flow !== undefined;
  if (touched && after.enabled && after.flow !== null) await releaseHeldMail(ports, after._id, by);
}

/** What stands below every answer is cleaned as answers are. */
function signedSafely({ mail }: ApiPorts, change: ChannelChange): ChannelChange {
  const { signature } = change;
  return signature === undefined ? change : { ...change, signature: mail.sanitizeAgentHtml(signature).html };
}

function makingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'createChannel',
      method: 'post',
      path: '/v1/channels',
      tag: 'settings',
      summary: 'Make a channel',
      body: object(
        { id: slug('Never changes.'), name: channelInput.name, address: channelInput.address },
        withoutRequired(),
      ),
      example: { id: 'support', name: 'Support', address: 'support@example.com', server: { kind: 'sink' } },
      answers: { 201: channelShape },
      errors: ['already-exists', 'not-found', 'wrong-settings'],
      handle: async (call) => {
        const { id, name, address, ...change } = call.body;
        if (id === GLOBAL_LIST) {
          throw new ApiError(
            'already-exists',
            `"${GLOBAL_LIST}" names the blocklist of all channels. Choose another id.`,
          );
        }
        await checkChannel(ports, id, { ...change, address });
        const channel = newChannel(id, name, address, changedFields(signedSafely(ports, change), null, store.secrets));
        await checkFlow(ports, channel.flow, channel.settings);
        await askForHeldMail(ports, channel, change, call.caller.id);
        if (!(await store.channels.create(channel)))
          throw new ApiError('already-exists', `There is a channel "${id}" already.`);
        await saveLogin(ports, channel, change.imap);
        const after = await view(ports, await one(ports, id));
        await recordChange(ports, call, { what: 'channel.create', about: id, before: null, after });
        saySoon(ports, ({ startDelivery }) => startDelivery(id));
        return created(after, `/v1/channels/${id}`);
      },
    }),
  ];
}

function changingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'editChannel',
      method: 'patch',
      path: '/v1/channels/{id}',
      tag: 'settings',
      summary: 'Change settings of a channel; what is left out stays, passwords too',
      description:
        'With "flow" the channel gets another published revision; running enquiries stay on theirs. A mail server with another host, port, user or TLS needs its password anew. Mail that was held because the channel was off or had no flow runs when "enabled" or "flow" is sent and both stand.',
      body: channelChange,
      example: { flow: { id: 'support-desk', revision: 1 } },
      answers: { 200: channelShape },
      errors: ['already-exists', 'wrong-settings'],
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const shown = await view(ports, before);
        await checkChannel(ports, before._id, call.body);
        const fields = changedFields(signedSafely(ports, call.body), before, store.secrets);
        await checkFlow(ports, { ...before, ...fields }.flow, { ...before, ...fields }.settings);
        await askForHeldMail(ports, { ...before, ...fields }, call.body, call.caller.id);
        const changed = (await store.channels.change(before._id, fields)) ?? before;
        // Whatever kept its mail from being sent may be mended now.
        await store.channels.trySending(before._id, ports.now());
        await saveLogin(ports, changed, call.body.imap);
        const after = await view(ports, await one(ports, before._id));
        await recordChange(ports, call, { what: 'channel.change', about: before._id, before: shown, after });
        saySoon(ports, ({ startDelivery }) => startDelivery(changed._id));
        return ok(after);
      },
    }),
    route({
      id: 'deleteChannel',
      method: 'delete',
      path: '/v1/channels/{id}',
      tag: 'settings',
      summary: 'Delete a channel without open enquiries; its stored mail stays',
      answers: { 204: 'nothing' },
      errors: ['still-used'],
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const open = await store.enquiries.open.count({ channel: before._id });
        if (open > 0) throw new ApiError('still-used', undefined, { usedBy: [`${open} open enquiries`] });
        const shown = await view(ports, before);
        if (before.receive.login !== null) await store.mailLogins.remove(before.receive.login);
        await store.channels.remove(before._id);
        await recordChange(ports, call, { what: 'channel.delete', about: before._id, before: shown, after: null });
        return nothing();
      },
    }),
  ];
}

function withoutRequired() {
  const { name: _name, address: _address, ...optional } = channelInput;
  return optional;
}
