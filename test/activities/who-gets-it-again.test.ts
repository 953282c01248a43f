import { aSender, type Sender } from '../support/a-sender';
import { until } from '../support/until';
import { testSettings } from '../support/work';

describe('a mail to several people', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test('goes again to those only who were put off: not to who has it, nor to who was refused', async () => {
    const [has, off, not] = ['has@customers.test', 'off@customers.test', 'not@customers.test'];
    const first = (line: string): string =>
      line.includes(has) ? '250 2.1.5 ok' : line.includes(off) ? '451 4.2.1 later' : '550 5.2.1 mailbox disabled';
    sender = await aSender({ rcpt: first });
    await sender.aMail('one', { envelope: { from: 'support@desk.test', to: [has, off, not] } });
    const work = sender.run();
    await until('one has it', async () => (await sender.store.outbox.get('one'))?.acceptedRecipients.length === 1);
    sender.sink.play({});
    await until('it is sent', async () => (await sender.stateOf('one')) === 'sent');
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await work.stop();

    expect(sender.sink.mails.map(({ to }) => to)).toEqual([[has], [off]]);
    expect(new Set((await sender.store.outbox.get('one'))?.acceptedRecipients)).toEqual(new Set([has, off]));
  });
});

describe('a mail that is put off again and again', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test('is given up after the time it was told to wait, and its enquiry hears of it once', async () => {
    sender = await aSender({ dot: '451 4.3.0 come again' });
    await sender.aMail('one');
    const work = sender.run({ settings: { ...testSettings, sendGiveUpMs: 200 } });
    await until('it fails', async () => (await sender.shownOn('one')) === 'failed');
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await work.stop();

    const { attempt = 0 } = (await sender.store.outbox.get('one')) ?? {};
    expect(attempt).toBeGreaterThan(2);
    expect(sender.told.failures).toEqual([
      { enquiry: 'e-1', outboxId: 'one', occasion: `attempt ${attempt}`, how: 'failed', automatic: false },
    ]);
  });
});

describe('an automatic mail of which nobody can say whether it was taken', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test('stays uncertain, and nobody has to look for it', async () => {
    sender = await aSender({ dot: 'close' });
    await sender.aMail('one', { kind: 'auto-reply' });
    const work = sender.run();
    await until('it is uncertain', async () => (await sender.shownOn('one')) === 'uncertain');
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await work.stop();
    expect(sender.told.failures).toEqual([]);
    expect(sender.sink.connections()).toBe(1);
  });
});

describe('a mail whose copy is in Sent', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test('is copied by no sender that takes over', async () => {
    sender = await aSender();
    await sender.aMail('one');
    const { attempt = 0 } = (await sender.store.outbox.take('one', 'dead', new Date())) ?? {};
    await sender.store.outbox.finish('one', attempt, {
      state: 'sent',
      answers: [],
      acceptedRecipients: ['mia@customers.test'],
      now: new Date(),
    });
    await sender.store.outbox.copied('one');
    const work = sender.run();
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await work.stop();
    expect([sender.told.copies, sender.sink.connections()]).toEqual([0, 0]);
    expect(await sender.shownOn('one')).toBe('sent');
  });
});

describe('an outgoing mail', () => {
  let sender: Sender;
  beforeEach(async () => {
    sender = await aSender();
    await sender.aMail('one');
  });
  afterEach(() => sender.close());

  test('that is not done stays due, whoever says that what follows is done', async () => {
    const entry = await sender.store.outbox.get('one');
    if (!entry) throw new Error('It was not queued.');
    sender.store.outbox.conclude(entry);
    await sender.store.outbox.flush();

    expect((await sender.store.outbox.due(new Date())).map(({ _id }) => _id)).toEqual(['one']);
  });

  test('of which a delivery report speaks keeps it once, however often the report comes', async () => {
    const at = new Date();
    const note = { by: 'report', at, recipient: null, action: 'failed', status: '5.1.1', text: null } as const;

    expect(await sender.store.outbox.noteReport('one', note.by, [note])).toMatchObject({ reports: [note] });
    expect(await sender.store.outbox.noteReport('one', note.by, [note])).toBeNull();
    expect((await sender.store.outbox.get('one'))?.reports).toHaveLength(1);
  });
});
