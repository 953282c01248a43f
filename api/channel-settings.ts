/** Turns what an admin sends of a channel into documents: secrets are sealed here and never leave again. */
import { isTimezone } from '../flows';
import type { Channel, DkimKey, LiveFlow, OutgoingServer } from '../store/channels';
import type { MailLogin } from '../store/mail-logins';
import { ApiError, wrongBody, type InputFinding } from './api-error';
import { authorityProblem } from './authority-problem';
import { object, type TypeOf } from './http/schema';
import type { ApiPorts } from './ports';
import { channelInput, type imapInput, type serverInput } from './shapes/channel';

/** Any of the settings of a channel. */
export const channelChange = object({}, channelInput);

/** Settings as they are sent. */
export type ChannelChange = TypeOf<typeof channelChange>;

type Secrets = ApiPorts['store']['secrets'];

/** The fields of the document that a request changes; passwords left out stay what they are. */
export const changedFields = (change: ChannelChange, before: Channel | null, secrets: Secrets): Partial<Channel> => {
  const { server, imap: _imap, receiveSmtp, dkim, flow, ...plain } = change;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(flow === undefined ? {} : { flow: aliasOf(flow, before?.flow ?? null) }),
    ...(server === undefined ? {} : { server: serverOf(server, before?.server ?? null, secrets) }),
    ...(receiveSmtp === undefined ? {} : { receive: { login: before?.receive.login ?? null, smtp: receiveSmtp } }),
    ...(dkim === undefined ? {} : { dkim: dkim && dkimOf(dkim, before?.dkim ?? null, secrets) }),
  };
};

/** A channel with the defaults of everything its maker left out. */
export const newChannel = (id: string, name: string, address: string, fields: Partial<Channel>): Channel => ({
  aliases: [],
  enabled: true,
  flow: null,
  settings: {},
  displayName: name,
  replySubject: '',
  footer: '',
  sender: 'agent-and-team',
  signature: '',
  grants: null,
  server: { kind: 'sink' },
  receive: { smtp: true, login: null },
  blocklistOn: true,
  spamToList: false,
  peopleSenders: [],
  startsPerMinute: 120,
  sendsPerMinute: null,
  holdAutomatic: false,
  dkim: null,
  autoReply: { on: true, template: null },
  bccCentre: false,
  publicAddress: null,
  copyToSent: true,
  replyLine: false,
  bounceToken: true,
  bodyReference: 'when-needed',
  quote: 'last',
  timezone: 'UTC',
  ...fields,
  _id: id,
  name,
  address,
  v: 1,
});

/** Refuses a time zone this system does not know, hosts we must not connect to, and an address another channel serves. */
export const checkChannel = async (
  { store, mail }: Pick<ApiPorts, 'store' | 'mail'>,
  id: string,
  change: ChannelChange,
): Promise<void> => {
  const findings = [...(await hostFindings(mail, change)), ...authorityFindings(change)];
  if (change.timezone !== undefined && !isTimezone(change.timezone)) {
    findings.push({ where: '/timezone', what: 'is not a known time zone, such as Europe/Berlin' });
  }
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
  for (const address of [change.address, ...(change.aliases ?? []), change.publicAddress]) {
    const other = address ? await store.channels.byAddress(address) : null;
    if (other && other._id !== id) {
      throw new ApiError('already-exists', `The channel "${other._id}" serves the address ${address} already.`);
    }
  }
};

/** A mail login from what was sent; the password of a known one stays when none is sent. */
export const loginOf = (
  channel: string,
  imap: TypeOf<typeof imapInput>,
  before: MailLogin | null,
  ports: { secrets: Secrets; now: Date },
): MailLogin => {
  if (imap.password === undefined && !(before && isSameAccess(before, imap))) {
    throw passwordMissing('/imap/password', before !== null);
  }
  return {
    _id: before?._id ?? `${channel}-imap`,
    channel,
    protocol: 'imap',
    host: imap.host,
    port: imap.port,
    tls: imap.tls,
    user: imap.user,
    secret: imap.password === undefined ? (before?.secret ?? '') : ports.secrets.seal(imap.password),
    folder: imap.folder ?? before?.folder ?? 'INBOX',
    generation: before?.generation ?? 1,
    cursor: before?.cursor ?? null,
    state: before?.state ?? { word: 'new', since: ports.now, problem: null, lastSeenAt: null },
    enabled: true,
    ca: imap.ca ?? before?.ca ?? null,
    v: 1,
  };
};

/** Another revision ends canary and shadow; the same one leaves them as they are. */
function aliasOf(flow: (ChannelChange['flow'] & object) | null, before: LiveFlow | null): LiveFlow | null {
  if (!flow || flow.id !== before?.id) return flow;
  return flow.revision === before.revision ? before : { ...flow, previous: before.revision };
}

function serverOf(server: TypeOf<typeof serverInput>, before: OutgoingServer | null, secrets: Secrets): OutgoingServer {
  if (server.kind === 'sink') return { kind: 'sink' };
  const { host, port, tls, user = null, password, ca = null } = server;
  if (password !== undefined) return { kind: 'smtp', host, port, tls, user, ca, secret: secrets.seal(password) };
  const kept = before?.kind === 'smtp' && user !== null ? before.secret : null;
  if (kept !== null && !isSameAccess(before, { host, port, tls, user }))
    throw passwordMissing('/server/password', true);
  return { kind: 'smtp', host, port, tls, user, ca, secret: kept };
}

type Access = Pick<MailLogin, 'host' | 'port' | 'tls'> & { user: string | null };

/** A stored password is never sent to another host or port, under another name, or less well covered. */
function isSameAccess(before: OutgoingServer | MailLogin | null, now: Access): boolean {
  return (
    before !== null &&
    'host' in before &&
    before.host === now.host &&
    before.port === now.port &&
    before.tls === now.tls &&
    before.user === now.user
  );
}

function passwordMissing(where: string, stored: boolean): ApiError {
  const why = ': a stored password is not sent to another host or port, under another user, or with other TLS';
  return wrongBody(where, `is missing${stored ? why : ''}`);
}

function dkimOf(dkim: NonNullable<ChannelChange['dkim']>, before: DkimKey | null, secrets: Secrets): DkimKey {
  const { domain, selector, privateKey } = dkim;
  if (privateKey !== undefined) return { domain, selector, secret: secrets.seal(privateKey) };
  if (before?.domain === domain && before.selector === selector) return before;
  throw wrongBody('/dkim/privateKey', 'is missing');
}

async function hostFindings(mail: ApiPorts['mail'], { server, imap }: ChannelChange): Promise<InputFinding[]> {
  const named = [
    { where: '/server/host', at: server?.kind === 'smtp' ? server : null },
    { where: '/imap/host', at: imap ?? null },
  ];
  const found = named.map(async ({ where, at }) => {
    const what = at && (await mail.hostProblem(at.host, at.port));
    return what ? [{ where, what }] : [];
  });
  return (await Promise.all(found)).flat();
}

function authorityFindings({ server, imap }: ChannelChange): InputFinding[] {
  const named = [
    { where: '/server/ca', what: authorityProblem(server?.kind === 'smtp' ? server.ca : null) },
    { where: '/imap/ca', what: authorityProblem(imap?.ca) },
  ];
  return named.flatMap(({ where, what }) => (what === null ? [] : [{ where, what }]));
}
