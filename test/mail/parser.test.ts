import { createParser } from '../../mail/parser';

test('a mail is read in a thread', async () => {
  const parser = createParser();
  const mail = await parser.parse(Buffer.from('From: a@b.example\nSubject: hi\n\nhello'));
  expect(mail.subject).toBe('hi');
  await parser.close();
});
