import type { Channel } from '../../store/channels';
import type { MailLogin } from '../../store/mail-logins';
import { notFound, wrongBody } from '../api-error';
import { recordChange } from '../audit-trail';
import { changedFields, checkChannel, loginOf } from '../channel-settings';
import { createConnectionTestLimit } from '../connection-test-limit';
import { ok, route, type Route } from '../http/route';
import { flag, list, named, nullable, object, text, word, type TypeOf } from '../http/schema';
import type { ApiPorts, ConnectionTestAsked } from '../ports';
import { address, slug } from '../shapes/basics';
import { imapInput, serverInput } from '../shapes/channel';

const step = word(
  ['dns', 'tcp', 'tls', 'login', 'folder', 'send'],
  'In this order; "folder" is for mail that comes in, "send" for mail that leaves.',
);

const reportShape = nullable(
  object({
    ok: flag(),
    failed: nullable(step),
    steps: list(
      object({
        step,
        outcome: word(['passed', 'failed', 'skipped']),
        sentence: text({ description: 'What was found, and what to do about it.' }),
      }),
    ),
  }),
);

const body = object(
  {},
  {
    channel: slug('The channel whose saved settings stand in for what is left out, passwords too.'),
    address: address("Sender of the test mail; the channel's address when absent."),
    server: serverInput,
    imap: nullable(imapInput),
    sendTo: address('Who gets a test mail; none is sent when absent.'),
  },
);

/** Test Connection: says which step of receiving and of sending does not work. */
export const connectionTestRoutes = (ports: ApiPorts): Route[] => {
  const allowed = createConnectionTestLimit();
  return [
    route({
      id: 'testConnection',
      method: 'post',
      path: '/v1/connection-tests',
      tag: 'settings',
      summary: 'Try the servers of a channel, saved or not: name, connection, TLS, sign-in, folder, sending',
      description:
        'Answers within 30 seconds with a sentence for each step, and changes nothing: no folder, no channel. Settings are tested that are sent, else those saved of "channel". Passwords are neither answered nor kept. Hosts are allowed as for channels; ten tests in five minutes.',
      body,
      example: { channel: 'support', sendTo: 'ann@example.com' },
      answers: { 200: named('ConnectionTest', object({ incoming: reportShape, outgoing: reportShape })) },
      errors: ['not-found', 'too-many-tries'],
      handle: async (call) => {
        await allowed(call.request, call.response);
        const test = await asked(ports, call.body);
        const about = call.body.channel ?? 'a new channel';
        await recordChange(ports, call, { what: 'channel.test', about, before: null, after: namedServers(test) });
        return ok(await ports.mail.testConnection(test));
      },
    }),
  ];
};

/** For the audit: no user, no password. */
const namedServers = ({ server, login }: ConnectionTestAsked): Record<string, unknown> => ({
  incoming: login && `${login.host}:${login.port}`,
  outgoing: server?.kind === 'smtp' ? `${server.host}:${server.port}` : null,
});

async function asked(ports: ApiPorts, { channel: id, server, imap, ...mail }: TypeOf<typeof body>) {
  const { store } = ports;
  const channel = id === undefined ? null : await store.channels.get(id);
  if (id !== undefined && !channel) throw notFound('channel', id);
  await checkChannel(ports, id ?? '', { server, imap });
  const given = server && changedFields({ server }, channel, store.secrets).server;
  const test: ConnectionTestAsked = {
    server: given ?? channel?.server ?? null,
    login: await loginAsked(ports, channel, imap),
    mail: mailAsked(mail, channel),
  };
  if (test.server || test.login) return test;
  throw wrongBody('/', 'names nothing to test: send "server", "imap" or "channel"');
}

async function loginAsked(
  { store, now }: ApiPorts,
  channel: Channel | null,
  imap: TypeOf<typeof body>['imap'],
): Promise<MailLogin | null> {
  const saved = channel?.receive.login == null ? null : await store.mailLogins.get(channel.receive.login);
  if (!imap) return imap === null ? null : saved;
  return loginOf(channel?._id ?? '', imap, saved, { secrets: store.secrets, now: now() });
}

function mailAsked(
  { sendTo, address: sender }: Pick<TypeOf<typeof body>, 'sendTo' | 'address'>,
  channel: Channel | null,
): ConnectionTestAsked['mail'] {
  if (sendTo === undefined) return null;
  const from = sender ?? channel?.address;
  if (from !== undefined) return { from, to: sendTo };
  throw wrongBody('/address', 'is missing; the test mail needs a sender');
}
