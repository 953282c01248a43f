import { aDelivery, aDesk, aMail, closeParser, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
  // Channels, flows and numbers are at hand after the first mail.
  await desk.intake.offer(aDelivery(aMail({ messageId: '<warm@customers.test>' })));
  // What was set up just now is looked at once more a second later, by whoever comes then.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await desk.intake.offer(aDelivery(aMail({ messageId: '<warm-2@customers.test>' })));
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

const cases = [
  { title: 'a first mail', mail: () => aMail({ references: ['<a@x>', '<b@x>', '<c@x>'] }), reads: 1, writes: 6 },
  { title: 'an answer', mail: () => aMail({ inReplyTo: '<warm@customers.test>' }), reads: 2, writes: 6 },
  {
    title: 'a copy by another relay',
    mail: () => aMail({ messageId: '<warm@customers.test>', subject: 'Order 1', relay: 'two' }),
    // It claims its id first and sees then whose it is: that saves every other mail a read.
    reads: 2,
    writes: 3,
  },
];

test.each(cases)('$title costs $reads reads and $writes writes', async ({ mail, reads, writes }) => {
  const { operations, channels } = desk.store;
  await channels.list();
  operations.reset();

  await desk.intake.offer(aDelivery(mail()));

  const { byCollection, ...figures } = operations.figures();
  // The version check of what is kept in memory comes once a second, whatever the number of mails.
  const checks = byCollection['meta']?.reads ?? 0;
  expect({ byCollection, reads: figures.reads - checks, writes: figures.writes }).toMatchObject({ reads, writes });
});
