import type { Channel, OutgoingServer } from '../../store/channels';
import type { MailLogin } from '../../store/mail-logins';
import type { Release } from '../../store/releases';
import {
  described,
  dictionary,
  either,
  flag,
  instant,
  list,
  named,
  nullable,
  number,
  object,
  text,
  whole,
  word,
  type TypeOf,
} from '../http/schema';
import { address, headerLine, iso, isoOrNull, line, slug } from './basics';

const tls = word(['tls', 'starttls', 'none'], 'tls: from the first byte; starttls: required before anything is said.');
const host = text({ min: 1, max: 253, pattern: '^[\\w.:-]+$', example: 'mail.example.com' });
const port = whole({ min: 1, max: 65_535 });
const ca = nullable(text({ max: 20_000, description: "PEM of an authority to trust besides the system's." }));
const slugOf = (what: string) => text({ min: 1, max: 100, description: `Id of the ${what}.` });
const secretText = text({
  min: 1,
  max: 1000,
  description: 'Stored sealed, never answered; absent keeps the one stored.',
});

/** The server a channel's mail leaves by, as it is sent to us. */
export const serverInput = either(
  object({ kind: word(['sink']) }),
  object({ kind: word(['smtp']), host, port, tls }, { user: nullable(headerLine(320)), password: secretText, ca }),
);

/** The account a channel's mail is fetched from, as it is sent to us. */
export const imapInput = object(
  { host, port, tls, user: line(320) },
  { password: secretText, folder: line(500, 'INBOX when absent.'), ca },
);

const grantees = (description: string) =>
  described(
    description,
    object({ agents: list(slugOf('agent'), { max: 500 }), groups: list(slugOf('group'), { max: 200 }) }),
  );

/** What an admin may set of a channel. */
export const channelInput = {
  name: line(40, 'As people see it.'),
  address: address('The address we serve.'),
  aliases: list(address('Another address of the same channel.'), { max: 50 }),
  enabled: flag('Off: its mail is held.'),
  flow: nullable(object({ id: slug('Id of the flow.'), revision: whole({ min: 1 }) })),
  settings: dictionary(either(text({ max: 2000 }), number(), flag()), "Values of the flow's settings."),
  displayName: headerLine(80, 'Sender name of mail that leaves.'),
  replySubject: headerLine(200, 'Subject of answers to mail without one.'),
  footer: text({ max: 5000 }),
  sender: word(['agent-and-team', 'team'], 'Whom its answers name as sender; a group may say otherwise.'),
  signature: text({
    max: 20_000,
    description:
      'HTML below an answer, above what it quotes; may hold {{ agent.name }}, {{ agent.signature }}, {{ team.name }}, {{ channel.name }}. A group may have its own.',
  }),
  grants: nullable(
    object(
      {},
      {
        read: grantees('Who sees all its enquiries and mail.'),
        answer: grantees('Who may answer from it; absent: who serves an enquiry of it.'),
        write: grantees('Who may write first from it; absent: users it was granted to.'),
      },
    ),
  ),
  server: serverInput,
  receiveSmtp: flag('Our SMTP listener takes mail for it.'),
  imap: nullable(imapInput),
  blocklistOn: flag(),
  spamToList: flag(
    'Mail that a spam filter on the way marked goes to the spam list and rings nobody; nothing is thrown away.',
  ),
  peopleSenders: list(address("Its automatic mail counts as a person's (contact forms)."), { max: 100 }),
  startsPerMinute: whole({ min: 1, max: 100_000, description: 'More new enquiries a minute than this are held.' }),
  sendsPerMinute: nullable(
    whole({ min: 1, max: 100_000, description: 'Mails its server is given in a minute; null: any number.' }),
  ),
  holdAutomatic: flag("The brake: automatic mail waits for a person's word."),
  dkim: nullable(
    object(
      { domain: host, selector: text({ min: 1, max: 63, pattern: '^[\\w-]+$' }) },
      { privateKey: text({ min: 1, max: 10_000 }) },
    ),
  ),
  autoReply: object({ on: flag(), template: nullable(slug('Id of the template.')) }),
  bccCentre: flag(),
  publicAddress: nullable(address('Address customers write to, where mail is forwarded to us.')),
  copyToSent: flag(),
  replyLine: flag('Mail begins with the line "Please write your answer above this line"; quotes are cut there.'),
  bounceToken: flag(
    'Mail leaves from an address that names it when it bounces. Goes off by itself where the server lets only the own address pass.',
  ),
  bodyReference: word(
    ['always', 'when-needed', 'never'],
    'A mark at the end of mail that leads a quote of it back to its enquiry; needed where Reply-To cannot carry it.',
  ),
  quote: word(
    ['none', 'last', 'full'],
    'What an answer quotes below the signature: nothing, the mail it answers, or the thread as far as its recipients took part in it.',
  ),
  timezone: text({ min: 1, max: 60, example: 'Europe/Berlin' }),
} as const;

/** A channel in a list. */
export const channelSummaryShape = named(
  'ChannelSummary',
  object({
    id: text(),
    name: text(),
    address: text(),
    enabled: flag(),
    flow: nullable(object({ id: text(), revision: whole() })),
    missing: list(text({ description: 'What has to be done before it is on the desk.' })),
    mayWriteFirst: flag('You may write first from it.'),
  }),
);

const serverShape = either(
  object({ kind: word(['sink']) }),
  object({
    kind: word(['smtp']),
    host: text(),
    port: whole(),
    tls,
    user: nullable(text()),
    hasPassword: flag(),
    ca: nullable(text()),
  }),
);

/** A channel as admins see it: everything but secrets. */
export const channelShape = named(
  'Channel',
  object({
    id: text(),
    ...channelInput,
    name: text(),
    server: serverShape,
    imap: nullable(
      object({
        host: text(),
        port: whole(),
        tls,
        user: text(),
        folder: text(),
        ca: nullable(text()),
        state: text({ description: 'new, connecting, watching, failing or stopped.' }),
        problem: nullable(text()),
        lastSeenAt: nullable(instant('When the server last answered.')),
      }),
    ),
    dkim: nullable(object({ domain: text(), selector: text() })),
    sending: nullable(
      object({
        since: instant('Since when nothing could be sent.'),
        reason: text(),
        tries: whole({ description: 'Times it was tried since.' }),
        nextTryAt: instant('When one waiting mail tries again.'),
      }),
    ),
    releasing: nullable(
      object({
        since: instant('When it was asked for.'),
        released: whole({ description: 'Mails that run already, about.' }),
        left: nullable(whole({ description: 'Mails still held, about; null before somebody has looked.' })),
      }),
    ),
    missing: list(text()),
  }),
);

/** What has to be done before a channel is on the desk. */
export const missingOf = (channel: Channel, login: MailLogin | null): string[] => [
  ...(channel.enabled ? [] : ['It is off; mail is held until it is on.']),
  ...(channel.flow ? [] : ['It has no published flow; mail is held until it has one.']),
  ...(channel.receive.smtp || channel.receive.login ? [] : ['Nothing receives its mail: set up SMTP or IMAP.']),
  ...(login?.state.word === 'failing'
    ? [`Its mailbox cannot be read: ${login.state.problem ?? 'no reason known'}`]
    : []),
  ...(channel.sending ? [`Its mail cannot be sent and waits: ${channel.sending.reason}`] : []),
];

const flowOf = ({ flow }: Channel): TypeOf<typeof channelSummaryShape>['flow'] =>
  flow && { id: flow.id, revision: flow.revision };

/** A channel of a list as it is answered. */
export const channelSummary = (
  channel: Channel,
  login: MailLogin | null,
): Omit<TypeOf<typeof channelSummaryShape>, 'mayWriteFirst'> => ({
  id: channel._id,
  name: channel.name,
  address: channel.address,
  enabled: channel.enabled,
  flow: flowOf(channel),
  missing: missingOf(channel, login),
});

/** A channel as it is answered to admins. */
export const channelView = (
  channel: Channel,
  login: MailLogin | null,
  release: Release | null,
): TypeOf<typeof channelShape> => {
  const { _id: id, v: _v, receive, server, dkim, sending, ...settings } = channel;
  return {
    id,
    ...settings,
    flow: flowOf(channel),
    receiveSmtp: receive.smtp,
    sendsPerMinute: settings.sendsPerMinute ?? null,
    bounceToken: settings.bounceToken ?? true,
    spamToList: settings.spamToList ?? false,
    replyLine: settings.replyLine ?? false,
    bodyReference: settings.bodyReference ?? 'when-needed',
    quote: settings.quote ?? 'none',
    sender: settings.sender ?? 'agent-and-team',
    signature: settings.signature ?? '',
    grants: settings.grants ?? null,
    server: serverView(server),
    imap: login && imapView(login),
    dkim: dkim && { domain: dkim.domain, selector: dkim.selector },
    sending: sending ? { ...sending, since: iso(sending.since), nextTryAt: iso(sending.nextTryAt) } : null,
    releasing: release && { since: iso(release.askedAt), released: release.released, left: release.left },
    missing: missingOf(channel, login),
  };
};

function serverView(server: OutgoingServer): TypeOf<typeof serverShape> {
  if (server.kind === 'sink') return { kind: 'sink' };
  const { kind, host, port, tls, user, secret, ca = null } = server;
  return { kind, host, port, tls, user, hasPassword: secret !== null, ca };
}

function imapView({ host, port, tls, user, folder, ca, state }: MailLogin): TypeOf<typeof channelShape>['imap'] {
  const { word: how, problem, lastSeenAt } = state;
  return { host, port, tls, user, folder, ca, state: how, problem, lastSeenAt: isoOrNull(lastSeenAt) };
}
