import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectFiles } from '../../../cli/mail-inspect';
import type { SmtpIntakePorts } from '../../../worker/intake/smtp-intake';
import { smtpClient } from '../../support/smtp-client';
import { temporaryFolder } from '../../support/temporary-folder';
import { until } from '../../support/until';
import { aMail, closeParser } from './desk';
import { closeListeners, ledgerIdOf, listening, send } from './listening';

afterEach(closeListeners);
afterAll(closeParser);

test.each<[string, Partial<SmtpIntakePorts>, Buffer, string]>([
  ['is too large', { limits: { maxBytes: 2000 } }, aMail({ text: 'x'.repeat(5000) }), '552 5.3.4'],
  ['goes round in a loop', {}, Buffer.concat([...Array<Buffer>(120).fill(hop()), aMail()]), '550 5.4.6'],
])('a mail that %s leaves who offered it, with what, and our answer', async (_what, changes, raw, refusal) => {
  const { desk, receiver } = await listening(changes);
  const { answer } = await send(receiver.port, raw);
  expect(answer).toContain(refusal);

  const since = new Date(Date.now() - 60_000);
  const asked = (word: string) => desk.store.refusedMails.find({ word, since, until: new Date(Date.now() + 1000) });
  await until('the refusal is kept', async () => (await asked('MIA@customers.test')).length === 1);
  const [kept] = await asked('support@desk.test');
  expect(kept).toMatchObject({
    server: '127.0.0.1',
    helo: 'relay.test',
    from: 'mia@customers.test',
    to: ['support@desk.test'],
    channels: ['support'],
    code: Number(refusal.slice(0, 3)),
    answer: expect.stringContaining(refusal.slice(4)),
    messageId: expect.stringMatching(/^<.+>$/),
  });
  expect(await asked(kept?.messageId ?? '')).toHaveLength(1);
  expect(await desk.store.ledger.find({ channel: 'support' })).toEqual([]);
});

test('a mail that is refused for the size it announces is counted, and told to who asks for its sender', async () => {
  const { desk, receiver } = await listening({ limits: { maxBytes: 2000 } });
  const client = await smtpClient(receiver.port);
  await client.say('EHLO relay.test');
  expect(await client.say('MAIL FROM:<mia@customers.test> SIZE=3000')).toMatch(/^552 /);
  expect(await client.say('MAIL FROM:<mia@customers.test> SIZE=1999 BODY=8BITMIME')).toMatch(/^250 /);
  client.destroy();

  const now = Date.now();
  const asked = { word: 'mia@customers.test', since: new Date(now - 60_000), until: new Date(now + 60_000) };
  await until('it is kept', async () => (await desk.store.refusedMails.find(asked)).length === 1);
  expect(await desk.store.refusedMails.find(asked)).toMatchObject([
    {
      server: '127.0.0.1',
      helo: 'relay.test',
      to: [],
      bytes: 3000,
      code: 552,
      answer: expect.stringContaining('2000'),
    },
  ]);
  expect(await desk.store.refusals.ofDay(new Date().toISOString().slice(0, 10))).toMatchObject([
    { reason: expect.stringMatching(/^552/), source: '127.0.0.1', count: 1 },
  ]);
});

test('one source that is refused again and again does not push out what others were refused', async () => {
  const { desk, receiver } = await listening({ limits: { maxBytes: 2000 } });
  const raw = aMail({ text: 'x'.repeat(5000) });
  for (let count = 0; count < 22; count += 1) await send(receiver.port, raw);
  const day = new Date().toISOString().slice(0, 10);
  await until('all are counted', async () => (await desk.store.refusals.ofDay(day)).some(({ count }) => count === 22));
  const all = await desk.store.refusedMails.find({
    word: 'mia@customers.test',
    since: new Date(0),
    until: new Date(Date.now() + 1000),
  });
  expect(all).toHaveLength(20);
});

test.each<[string, Buffer, object]>([
  ['words alone', Buffer.from('Where is my order?\r\n\r\nMia\r\n'), { verdict: 'started', from: 'mia@customers.test' }],
  ['bytes alone', Buffer.from([0xff, 0xfe, 0, 1, 2, 13, 10]), { verdict: 'quarantined' }],
])('a mail without any header, %s, is what "ringpost mail inspect" says of it', async (_what, raw, expected) => {
  const { desk, receiver } = await listening();
  expect((await send(receiver.port, raw)).answer).toMatch(/^250/);
  const entry = await desk.store.ledger.get(ledgerIdOf(raw));
  expect(entry).toMatchObject(expected);

  const file = join(temporaryFolder(), 'mail.eml');
  await writeFile(file, raw);
  const lines: string[] = [];
  await inspectFiles([file], { json: true, out: (line) => lines.push(line) });
  const told = JSON.parse(lines[0] ?? '');
  expect(told.error ?? null).toBe(entry?.reason ?? null);
  const [message] = await desk.store.messages.getMany([entry?.message ?? '']);
  expect(told.text ?? null).toBe(message?.text ?? null);
});

function hop(): Buffer {
  return Buffer.from('Received: from a.test by b.test; Mon, 2 Mar 2026 09:00:00 +0000\r\n');
}
