import type { Channel } from '../../store/channels';
import { Conflict } from '../../store/errors';
import type { MailLogin } from '../../store/mail-logins';
import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

function aChannel(id: string, changes: Partial<Channel> = {}): Channel {
  return {
    _id: id,
    name: 'Support',
    address: `${id}@Example.org`,
    aliases: [],
    enabled: true,
    flow: null,
    settings: { 'max.wait': '15m' },
    displayName: 'Example support',
    replySubject: '',
    footer: '',
    server: { kind: 'sink' },
    receive: { smtp: true, login: null },
    blocklistOn: true,
    peopleSenders: [],
    startsPerMinute: 60,
    holdAutomatic: false,
    dkim: null,
    autoReply: { on: true, template: null },
    bccCentre: false,
    publicAddress: null,
    copyToSent: false,
    timezone: 'UTC',
    v: 1,
    ...changes,
  };
}

test.each([
  ['its address in any case', 'By-Address@EXAMPLE.org'],
  ['an alias', 'help@example.org'],
  ['the address customers write to', 'contact@customer.example'],
  ['its domain as servers write it', 'help@xn--mller-kva.example'],
  ['its domain as people write it', 'hilfe@MÜLLER.example'],
])('a channel is found by %s', async (_, address) => {
  await store.channels.create(
    aChannel('by-address', {
      aliases: ['Help@example.org', 'help@müller.example', 'hilfe@xn--mller-kva.example'],
      publicAddress: 'Contact@customer.example',
    }),
  );

  expect((await store.channels.byAddress(address))?._id).toBe('by-address');
  expect(await store.channels.byAddress('nobody@example.org')).toBeNull();
});

test('a channel changed here is seen here at once, and its settings keep dotted names', async () => {
  await store.channels.create(aChannel('here'));
  expect(await store.channels.create(aChannel('here'))).toBe(false);

  await store.channels.change('here', { enabled: false, aliases: ['New@example.org'] });

  expect(await store.channels.get('here')).toMatchObject({ enabled: false, settings: { 'max.wait': '15m' } });
  expect((await store.channels.byAddress('new@example.org'))?._id).toBe('here');
  expect(await store.channels.remove('here')).toBe(true);
  expect(await store.channels.get('here')).toBeNull();
});

test('a channel changed by another process is seen when the version is next looked at, a second later at most', async () => {
  await store.channels.create(aChannel('elsewhere', { name: 'before' }));
  let clock = now.getTime();
  const other = await store.again({ now: () => clock });
  expect((await other.channels.get('elsewhere'))?.name).toBe('before');

  await store.channels.change('elsewhere', { name: 'after' });
  expect((await other.channels.get('elsewhere'))?.name).toBe('before');
  clock += 1_000;

  expect((await other.channels.get('elsewhere'))?.name).toBe('after');
});

test('a change whose process died before it could tell is seen within a minute', async () => {
  await store.channels.create(aChannel('untold', { name: 'before' }));
  let clock = now.getTime();
  const other = await store.again({ now: () => clock });
  expect((await other.channels.get('untold'))?.name).toBe('before');
  const dying = await store.again({
    failAt: (point) => {
      if (point === 'channels.change') throw new Error('crash');
    },
  });
  await expect(dying.channels.change('untold', { name: 'after' })).rejects.toThrow('crash');

  clock += 60_000;

  expect((await other.channels.get('untold'))?.name).toBe('after');
});

test('reading channels a thousand times costs no more than a look at the version', async () => {
  await store.channels.create(aChannel('cheap'));
  await store.channels.list();
  store.operations.reset();

  for (let i = 0; i < 1_000; i += 1) await store.channels.byAddress('cheap@example.org');

  expect(store.operations.figures().reads).toBeLessThanOrEqual(20);
});

test('built-in templates are made where missing, can be changed and not removed', async () => {
  const shipped = { _id: 'auto-reply', title: 'Auto-reply', subject: 's', preview: '', html: '', text: 'first' };
  await store.templates.ensureBuiltIn([shipped]);
  await store.templates.save('auto-reply', { ...content('changed') });
  await store.templates.ensureBuiltIn([shipped]);

  expect(await store.templates.get('auto-reply')).toMatchObject({ text: 'changed', builtIn: true });
  expect(await store.templates.remove('auto-reply')).toBe(false);
  await store.templates.save('own', content('own'));
  expect((await store.templates.list()).map((one) => [one._id, one.builtIn])).toEqual([
    ['auto-reply', true],
    ['own', false],
  ]);
  expect(await store.templates.remove('own')).toBe(true);
});
const content = (text: string) => ({ title: 't', subject: 's', preview: '', html: '', text });

const aDraft = (id: string, text: string) => ({ id, title: 'Desk', text, by: 'ann', now });

test('the same text published twice, or by two at once, is one revision', async () => {
  await store.flows.saveDraft(aDraft('desk', '{}'));
  const publication = { text: '{"a":1}', by: 'ann', at: now, message: 'first' };

  const published = await Promise.all(Array.from({ length: 10 }, () => store.flows.publish('desk', publication)));
  const again = await store.flows.publish('desk', { ...publication, message: 'again' });

  expect(new Set(published.map((one) => one?.revision))).toEqual(new Set([1]));
  expect(again).toMatchObject({ revision: 1, message: 'first' });
});

test('ten different texts published at once become ten revisions in a row', async () => {
  await store.flows.saveDraft(aDraft('many', '{}'));
  const publish = (i: number) => store.flows.publish('many', { text: `{"a":${i}}`, by: 'ann', at: now, message: '' });

  const published = await Promise.all(Array.from({ length: 10 }, (_, i) => publish(i)));

  expect(published.map((one) => one?.revision).sort((a, b) => Number(a) - Number(b))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  expect((await store.flows.revisionsOf('many')).map((one) => one.revision)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(await store.flows.get('many')).toMatchObject({ lastRevision: 10 });
});

test('an older text published again after another becomes the newest revision', async () => {
  await store.flows.saveDraft(aDraft('back', '{}'));
  const publish = (text: string) => store.flows.publish('back', { text, by: 'ann', at: now, message: '' });
  await publish('one');
  await publish('two');

  expect(await publish('one')).toMatchObject({ revision: 3, text: 'one' });
  expect(await store.flows.revision('back', 2)).toMatchObject({ text: 'two' });
  expect(await store.flows.revision('back', 9)).toBeNull();
  expect(await store.flows.publish('no-such-flow', { text: '', by: 'ann', at: now, message: '' })).toBeNull();
});

test('a draft that another admin saved meanwhile is not overwritten', async () => {
  const first = await store.flows.saveDraft(aDraft('drafted', 'one'));
  const expected = first.draft.sha256;
  await store.flows.saveDraft({ ...aDraft('drafted', 'two'), expected });

  await expect(store.flows.saveDraft({ ...aDraft('drafted', 'three'), expected })).rejects.toThrow(Conflict);
  expect(await store.flows.get('drafted')).toMatchObject({ draft: { text: 'two' } });
});

const refuse = (list: string, sender: string) => ({ list, sender, reason: 'spam', by: 'ann', at: now });

test.each([
  ['his address', 'Spam@Bad.example', 'support|spam@bad.example'],
  ['his domain', 'other@bad.example', 'support|@bad.example'],
  ['another list in use', 'eve@far.example', 'global|eve@far.example'],
])('a sender is refused by %s; who is on no list costs no read', async (_, address, entry) => {
  await store.blocklist.add([
    refuse('support', 'spam@bad.example'),
    refuse('support', '@BAD.example'),
    refuse('global', 'eve@far.example'),
    refuse('sales', 'kim@near.example'),
  ]);

  expect((await store.blocklist.match(['support', 'global'], address))?._id).toBe(entry);
  store.operations.reset();
  expect(await store.blocklist.match(['support', 'global'], 'kim@near.example')).toBeNull();
  expect(store.operations.figures().byCollection['blocklist']).toBeUndefined();
});

test('a sender who is taken off a list is let in at once, and a list of more than memory holds refuses all the same', async () => {
  await store.blocklist.add([refuse('short', 'ann@x.example')]);
  expect(await store.blocklist.match(['short'], 'ann@x.example')).not.toBeNull();
  await store.blocklist.remove(['short|ann@x.example']);
  expect(await store.blocklist.match(['short'], 'ann@x.example')).toBeNull();

  await store.blocklist.add(Array.from({ length: 20_050 }, (_, at) => refuse('long', `sender-${at}@x.example`)));
  const refused = await Promise.all(
    [0, 10_000, 20_049].map((at) => store.blocklist.match(['long'], `sender-${at}@x.example`)),
  );
  expect(refused.map((entry) => entry?.sender)).toEqual([
    'sender-0@x.example',
    'sender-10000@x.example',
    'sender-20049@x.example',
  ]);
  expect(await store.blocklist.match(['long'], 'sender-20050@x.example')).toBeNull();
});

test('entries added again are told apart from new ones; hits and reasons can be changed', async () => {
  await store.blocklist.add([refuse('edit', 'a@x.example')]);

  expect(await store.blocklist.add(['a@x.example', 'B@x.example'].map((one) => refuse('edit', one)))).toEqual([
    'edit|b@x.example',
  ]);
  await store.blocklist.countHit('edit|a@x.example');
  const known = await store.blocklist.get('edit', 'A@x.example');
  expect(known && (await store.blocklist.edit(known, { ...known, reason: 'sold us fish' }))).toMatchObject({
    hits: 1,
    reason: 'sold us fish',
  });
  expect(await store.blocklist.remove(['edit|a@x.example', 'edit|none'])).toBe(1);
  expect((await store.blocklist.list('edit')).map((one) => one.sender)).toEqual(['b@x.example']);
});

function aLogin(id: string): MailLogin {
  return {
    _id: id,
    channel: 'support',
    protocol: 'imap',
    host: 'imap.example.org',
    port: 993,
    tls: 'tls',
    user: 'support',
    secret: 'sealed',
    folder: 'INBOX',
    generation: 1,
    cursor: null,
    state: { word: 'new', since: now, problem: null, lastSeenAt: null },
    enabled: true,
    ca: null,
    v: 1,
  };
}

test('of two watchers that move the cursor from the same place one moves it', async () => {
  await store.mailLogins.create(aLogin('race'));
  const start = { id: 'race', generation: 1, known: null, cursor: { uidValidity: 5, uid: 10 } };
  expect([await store.mailLogins.startCursor(start), await store.mailLogins.startCursor(start)]).toEqual([true, false]);
  const move = { id: 'race', generation: 1, uidValidity: 5, from: 10, to: 11 };

  const moved = await Promise.all([1, 2].map(() => store.mailLogins.moveCursor(move)));

  expect(moved.filter(Boolean)).toHaveLength(1);
  expect(await store.mailLogins.get('race')).toMatchObject({ cursor: { uidValidity: 5, uid: 11 } });
});

test.each([
  ['another UIDVALIDITY', { uidValidity: 6 }],
  ['another generation', { generation: 2 }],
  ['a place already passed', { from: 9 }],
])('the cursor does not move under %s', async (what, wrong) => {
  const id = `stale ${what}`;
  await store.mailLogins.create({ ...aLogin(id), cursor: { uidValidity: 5, uid: 10 } });

  expect(await store.mailLogins.moveCursor({ id, generation: 1, uidValidity: 5, from: 10, to: 12, ...wrong })).toBe(
    false,
  );
  expect(await store.mailLogins.get(id)).toMatchObject({ cursor: { uid: 10 } });
});

test.each([
  ['host', { host: 'other.example.org' }, 2, null],
  ['user', { user: 'other' }, 2, null],
  ['folder', { folder: 'Other' }, 2, null],
  ['password', { secret: 'sealed anew' }, 1, { uidValidity: 5, uid: 10 }],
  ['nothing but the same host', { host: 'imap.example.org' }, 1, { uidValidity: 5, uid: 10 }],
])('a change of %s gives generation and cursor their due', async (what, changes, generation, cursor) => {
  const id = `change ${what}`;
  await store.mailLogins.create({ ...aLogin(id), cursor: { uidValidity: 5, uid: 10 } });

  expect(await store.mailLogins.change(id, changes)).toMatchObject({ ...changes, generation, cursor });
});

test('how a watcher fares is kept for the list; a removed login is gone', async () => {
  await store.mailLogins.create(aLogin('fares'));
  const state = {
    word: 'failing',
    since: later(1),
    problem: 'The server refused the password.',
    lastSeenAt: null,
  } as const;

  expect(await store.mailLogins.setState('fares', state)).toBe(true);
  expect((await store.mailLogins.list()).find((one) => one._id === 'fares')).toMatchObject({ state });
  expect([await store.mailLogins.remove('fares'), await store.mailLogins.remove('fares')]).toEqual([true, false]);
});

test('shadows played to their end are forgotten after their time, those that still run are not', async () => {
  const opened = (day: number): Date => new Date(Date.UTC(2026, 0, day));
  const aShadow = (enquiry: string, openedAt: Date) =>
    store.shadowRuns.add({ enquiry, number: 1, channel: 'old', flow: 'desk', live: 1, shadow: 2, openedAt });
  await Promise.all([aShadow('done', opened(1)), aShadow('open', opened(1)), aShadow('new', opened(20))]);
  for (const each of ['done', 'new']) await store.shadowRuns.looked(`${each}:2`, { finished: true });

  expect(await store.shadowRuns.forget(opened(10))).toBe(1);
  expect((await store.shadowRuns.of('old', 2)).map(({ enquiry }) => enquiry)).toEqual(['new', 'open']);
});
