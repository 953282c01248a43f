import { seenMail } from '../api/backtest-mails';
import type { ApiPorts } from '../api/ports';
import type { Viewer } from '../api/visibility';

const enquiry = { _id: 'e-1', channel: 'support', group: 'billing', assignee: null, ringing: [] };
const read: string[] = [];
const ports = {
  store: {
    enquiries: { byNumber: async () => enquiry },
    recordedRuns: { get: async (id: string) => (read.push(id), null) },
  },
  mail: {
    async *recentMail() {
      read.push('mailbox');
      yield { messageId: '<1@x>', contentHash: 'x', answers: [], mail: { name: 'uid-1' } };
    },
  },
} as unknown as ApiPorts;
const viewer = (more: Partial<Viewer>): Viewer => ({
  id: 'sue',
  role: 'supervisor',
  groups: [],
  channels: [],
  leads: [],
  ...more,
});
const source = { channel: 'support', last: 10, since: new Date(0) };

beforeEach(() => void (read.length = 0));

test.each([
  ['an admin', viewer({ role: 'admin' }), ['e-1'], ['mailbox']],
  ['who looks after its group', viewer({ groups: ['billing'] }), ['e-1'], []],
  ['who has its address', viewer({ channels: ['support'] }), ['e-1'], ['mailbox']],
  ['a supervisor of something else', viewer({ groups: ['sales'], channels: ['sales'] }), [], []],
])('a mail of a backtest is played for %s as far as he may see it', async (_who, who, stored, mailbox) => {
  await seenMail(ports, who, { ...source, from: 'stored' }, '17');
  expect(read).toEqual(stored);
  read.length = 0;
  const found = await seenMail(ports, who, { ...source, from: 'mailbox' }, 'uid-1');
  expect(read).toEqual(mailbox);
  expect(found !== null).toBe(mailbox.length > 0);
});
