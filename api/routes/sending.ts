import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { ok, route, type Route } from '../http/route';
import type { ApiPorts } from '../ports';
import { channelShape, channelView } from '../shapes/channel';

/** Sending of a channel whose outgoing server refuses it. */
export const sendingRoutes = (ports: ApiPorts): Route[] => [
  route({
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
      const { id } = call.params;
      const before = await store.channels.get(id);
      if (!before) throw notFound('channel', id);
      if (await store.channels.trySending(id, now())) {
        store.hints.tell({ about: 'outbox', channel: id });
        const { sending } = before;
        await recordChange(ports, call, { what: 'channel.try-sending', about: id, before: { sending }, after: null });
      }
      const after = (await store.channels.get(id)) ?? before;
      const login = after.receive.login === null ? null : await store.mailLogins.get(after.receive.login);
      return ok(channelView(after, login));
    },
  }),
];
