import type { Forwarder } from '../store/messages';
import { keepMessage } from '../worker/intake/kept-message';

const mail = { to: [], cc: [], replyTo: [], from: [], attachments: [], inReplyTo: [], references: [], warnings: [] };
const arrival = {
  entry: { _id: 'l-1', bytes: 100, receivedAt: new Date(0), blob: null },
  channel: { _id: 'support' },
  mail: { ...mail, headers: new Map(), subject: '', text: '', newText: '', language: 'en' },
  classification: { kind: 'person', automatic: false, noAutoReply: false, spam: false },
  keptMessage: 'm-1',
  fromDomain: 'customers.test',
  sender: null,
};
const store = { messages: { insert: async () => true } };
const origin = { spf: 'pass', dkim: 'pass', dmarc: 'pass', aligned: true };
const ann: Forwarder = { user: 'ann', address: 'ann@staff.test', name: 'Ann' };

test.each([
  ['came by itself', null, 'pass'],
  ['a colleague passed on, whose own mail is in order', ann, 'none'],
])('a flow is told of the sender of a mail that %s what is known of him', async (_what, forwardedBy, word) => {
  const placement = { enquiry: 'e-1', participant: true, forwardedBy, origin, warnings: [] };
  const { facts } = await keepMessage({ store } as never, arrival as never, placement as never);
  expect(facts).toMatchObject({ fromDomain: 'customers.test', spf: word, dkim: word, dmarc: word });
});
