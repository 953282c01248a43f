import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { ok, route, type Route } from '../http/route';
import { flag, named, object, whole } from '../http/schema';
import type { ApiPorts } from '../ports';
import { id } from '../shapes/basics';
import { channelShape, channelView } from '../shapes/channel';
import { maySeeChannelMail } from '../visibility';

/** Sending of a channel: the brake, and a try on one whose outgoing server refuses it. */
export const sendingRoutes = (ports: ApiPorts): Route[] => [brakeRoute(ports), tryRoute(ports)];

function brakeRoute(ports: ApiPorts): Route {
  const { store } = ports;
  return route({
    id: 'pullBrake',
    method: 'post',
    path: '/v1/outbox/brake',
    tag: 'outbox',
    summary: 'Hold all automatic mail from now on, or hold it no longer',
    description:
      'Auto-replies and notices then wait for a word, also those queued before; answers of agents leave as ever. What is held stays so until it is released or discarded.',
    body: object({ on: flag() }, { channel: id('Only of this channel; of all you see when absent.') }),
    example: { on: true },
    answers: { 200: named('Braked', object({ changed: whole({ description: 'How many channels it concerned.' }) })) },
    errors: ['not-found'],
    handle: async (call) => {
      const { on, channel } = call.body;
      const seen = (await store.channels.list()).filter(({ _id }) => maySeeChannelMail(call.caller, _id));
      const chosen = channel === undefined ? seen : seen.filter(({ _id }) => _id === channel);
      if (channel !== undefined && chosen.length === 0) throw notFound('channel', channel);
      const turned = chosen.filter(({ holdAutomatic }) => holdAutomatic !== on);
      for (const { _id, holdAutomatic } of turned) {
        await store.channels.change(_id, { holdAutomatic: on });
        const [before, after] = [{ holdAutomatic }, { holdAutomatic: on }];
        await recordChange(ports, call, { what: 'channel.brake', about: _id, before, after });
      }
      return ok({ changed: turned.length });
    },
  });
}

function tryRoute(ports: ApiPorts): Route {
  return route({
    id: 'trySending',
    method: 'post',
    path: '/v1/channels/{id}/try-sending',
    tag: 'settings',
    summary: 'Try to send again now, on a channel whose outgoing server refused it',
    description:
      'One waiting mail tries; when the server takes it, the others follow. Saving the settings of the channel does the same, and it happens by itself at "sending.nextTryAt".',
    answers: { 200: channelShape },
    handle: async (call) => {
      const { store, now } = ports;
      const { id: channelId } = call.params;
      const before = await store.channels.get(channelId);
      if (!before) throw notFound('channel', channelId);
      if (await store.channels.trySending(channelId, now())) {
        store.hints.tell({ about: 'outbox', channel: channelId });
        const { sending } = before;
        await recordChange(ports, call, {
          what: 'channel.try-sending',
          about: channelId,
          before: { sending },
          after: null,
        });
      }
      const after = (await store.channels.get(channelId)) ?? before;
      const login = after.receive.login === null ? null : await store.mailLogins.get(after.receive.login);
      return ok(channelView(after, login, await store.releases.get(channelId)));
    },
  });
}
