import type { Decision } from '../../store/decisions';
import type { LedgerEntry } from '../../store/ledger';
import type { RefusedMail } from '../../store/refused-mails';
import type { OutboxEntry } from '../../store/outbox';
import { answerHead, messageToAnswer } from '../../api/recipients';
import { nothingFound, tellDecision, tellStep, tellTrace } from '../../api/trace-story';
import type { Tale } from '../../api/trace';
import type { Channel } from '../../store/channels';
import type { Message } from '../../store/messages';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 2, 9, minute));

const anEntryOf = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  _id: 'smtp:support:abc',
  channel: 'support',
  source: {
    kind: 'smtp',
    server: '192.0.2.7',
    envelope: { from: 'mia@customers.test', to: ['support@desk.test'], ip: '192.0.2.7', helo: 'mx.test', tls: true },
  },
  blob: '',
  bytes: 2345,
  offers: 1,
  receivedAt: at(0),
  messageId: '<1@customers.test>',
  contentHash: null,
  kind: 'person',
  verdict: 'blocked',
  reason: 'the sender is on the list "global"',
  enquiry: null,
  message: null,
  from: 'mia@customers.test',
  subject: 'Invoice 17',
  history: [],
  settledAt: at(1),
  moved: 0,
  v: 1,
  ...changes,
});

const tale = (changes: Partial<Tale>): Tale => ({
  enquiry: null,
  entries: [],
  timeline: [],
  decisions: [],
  outbox: [],
  names: {},
  ...changes,
});
const told = (one: Tale): string[] => {
  const [story] = tellTrace({ word: 'x', since: at(0), until: at(59), tales: [one] });
  return (story?.lines ?? []).map(({ sentence }) => sentence);
};

describe('the story of a mail', () => {
  test.each([
    [
      552,
      '5.3.4 too large',
      'We refused it and kept nothing of it: 552 5.3.4 too large. Its server had to tell the sender.',
    ],
    [452, '4.3.1 come again', 'We asked its server to come again: 452 4.3.1 come again.'],
  ])('tells that it was refused after it had been sent (%i)', (code, answer, sentence) => {
    const refused: RefusedMail = {
      _id: '1',
      at: at(0),
      server: '192.0.2.7',
      helo: 'mx.test',
      from: 'bounce@customers.test',
      to: ['support@desk.test'],
      channels: ['support'],
      headerFrom: 'mia@customers.test',
      messageId: '<1@customers.test>',
      subject: 'Photos',
      bytes: 50_000_000,
      code,
      answer,
      v: 1,
    };
    expect(told(tale({ refused }))).toEqual([
      'Offered by SMTP by 192.0.2.7 (mx.test) from bounce@customers.test (in its header mia@customers.test) to support@desk.test: "Photos", <1@customers.test>, 50000000 bytes.',
      sentence,
      'Nothing more is to come of it; if it was offered again, that is told by itself.',
    ]);
  });

  test('tells who offered it, its verdict and why', () => {
    expect(told(tale({ entries: [anEntryOf()] }))).toEqual([
      'Offered by SMTP by 192.0.2.7 (mx.test) from mia@customers.test to support@desk.test: "Invoice 17", 2345 bytes; ledger entry smtp:support:abc.',
      'Verdict blocked: its sender is on a blocklist; it is kept, nobody was rung. Reason: the sender is on the list "global".',
      'Nothing more is to come of it by itself.',
    ]);
  });

  test('ends a reason that is a sentence of its own with one full stop', () => {
    const entry = anEntryOf({ reason: 'The mail has neither header nor text.' });
    expect(told(tale({ entries: [entry] }))[1]).toMatch(/Reason: The mail has neither header nor text\.$/);
  });

  test('tells how often it was offered, that it came without sender, and verdicts that were replaced', () => {
    const source = anEntryOf().source;
    const entry = anEntryOf({
      offers: 3,
      source: { ...source, envelope: { ...source.envelope, from: null, helo: null } },
      history: [{ verdict: 'held', reason: 'the channel is off', enquiry: null, until: at(2), by: 'ada' }],
      verdict: 'started',
      reason: null,
      settledAt: at(3),
    });
    const [offered, past, verdict] = told(tale({ entries: [entry] }));
    expect(offered).toContain('by 192.0.2.7 without a sender (as reports are) to');
    expect(offered).toContain('It was offered 3 times in all.');
    expect(past).toBe('The verdict "held" (the channel is off) was replaced by ada.');
    expect(verdict).toBe('Verdict started: it started an enquiry.');
  });

  test('says of an entry without verdict that it is being settled', () => {
    const lines = told(tale({ entries: [anEntryOf({ verdict: null, settledAt: null })] }));
    expect(lines.at(-1)).toBe('It is being settled.');
  });

  test.each([
    [
      {
        seq: 1,
        at: 0,
        node: 'screen',
        kind: 'blocklist',
        outcome: 'clear',
        next: 'route',
        what: 'The sender is on no list.',
      },
      'At "screen" (blocklist): The sender is on no list; outcome clear, on to "route".',
    ],
    [
      { seq: 2, at: 0, node: null, kind: 'accept', what: 'An agent accepted.', by: 'ann' },
      'An agent accepted (by Ann Archer (ann)).',
    ],
    [
      { seq: 3, at: 0, node: 'ring', kind: 'offer', what: 'Rings.', detail: { agents: ['ann', 'bob'] } },
      'At "ring" (offer): Rings (agents: Ann Archer (ann), bob).',
    ],
  ])('tells a step of the flow: %j', (entry, sentence) => {
    expect(tellStep(entry, { ann: 'Ann Archer' })).toBe(sentence);
  });

  test('tells why this agent and why not the others', () => {
    const candidates = [
      { agent: 'ann', chosen: true, reason: 'fewest: 1' },
      { agent: 'bob', chosen: false, reason: 'full 3/3' },
    ];
    const decision: Decision = {
      _id: 'e:1',
      enquiry: 'e',
      kind: 'ring',
      at: at(0),
      digest: '',
      inputs: {},
      chosen: ['ann'],
      candidates,
      detail: {},
      v: 1,
    };
    expect(tellDecision(decision)).toBe('Why: chosen ann (fewest: 1); not bob (full 3/3).');
    expect(tellDecision({ ...decision, candidates: candidates.slice(1) })).toBe(
      'Why: nobody was chosen; not bob (full 3/3).',
    );
    expect(tellDecision({ ...decision, candidates: [] })).toBe('Why: there was nobody to choose from.');
  });

  test("tells the mail server's answer word for word, and what an uncertain mail means", () => {
    const mail = {
      kind: 'reply',
      messageId: '<r@desk.test>',
      envelope: { from: '', to: ['mia@customers.test'] },
      queuedAt: at(4),
      sendAfter: at(5),
      heldBecause: null,
      answers: [{ at: at(6), attempt: 1, recipient: null, code: 250, text: '250 2.0.0 Ok: queued as 4F' }],
      doneAt: at(7),
      state: 'uncertain',
      bounced: null,
    } as unknown as OutboxEntry;
    const lines = told(tale({ outbox: [mail] }));
    expect(lines).toContain('The mail server answered attempt 1: 250 2.0.0 Ok: queued as 4F');
    expect(lines).toContain(
      'The reply is uncertain. We handed it over, but the line broke before it was confirmed. It is not sent again by itself.',
    );
  });

  test('says plainly that nothing was offered', () => {
    expect(nothingFound({ word: 'bo@x.test', since: at(0), until: at(1), tales: [] })).toMatch(
      /^Nothing was offered to us for "bo@x\.test" between 2026-03-02T09:00/,
    );
  });
});

describe('to whom an answer goes', () => {
  const channel = {
    address: 'support@desk.test',
    aliases: ['help@desk.test'],
    publicAddress: 'hello@shop.test',
    replySubject: 'Your request',
  } as Channel;
  const mail = (changes: Partial<Message>): Message =>
    ({
      direction: 'in',
      from: { address: 'mia@customers.test', name: 'Mia' },
      replyTo: [],
      to: [{ address: 'Support@desk.test', name: '' }],
      cc: [],
      subject: 'Invoice',
      automatic: false,
      otherSender: false,
      at: at(0),
      ...changes,
    }) as Message;
  const addresses = (changes: Partial<Message>) => {
    const { to, cc, subject } = answerHead(mail(changes), channel);
    return { to: to.map(({ address }) => address), cc: cc.map(({ address }) => address), subject };
  };
  const named = (...all: string[]) => all.map((address) => ({ address, name: '' }));

  test.each([
    ['the sender', {}, { to: ['mia@customers.test'], cc: [], subject: 'Re: Invoice' }],
    ['Reply-To before the sender', { replyTo: named('desk@customers.test') }, { to: ['desk@customers.test'] }],
    [
      'everybody else stays in Cc, our addresses never',
      {
        to: named('support@desk.test', 'boss@customers.test'),
        cc: named('HELP@desk.test', 'hello@shop.test', 'boss@customers.test'),
      },
      { cc: ['boss@customers.test'] },
    ],
    [
      'our Reply-To with its token is ours too, an address with a plus of somebody else is not',
      { cc: named('support+r.e1.abc@desk.test', 'boss+work@customers.test') },
      { cc: ['boss+work@customers.test'] },
    ],
    [
      'a mailing list is never answered, whatever Reply-To it wrote',
      { replyTo: named('users@lists.test'), to: named('users@lists.test'), lists: ['users@lists.test'] },
      { to: ['mia@customers.test'], cc: [] },
    ],
    [
      'of a list that writes itself into From the person in Reply-To is answered',
      {
        from: { address: 'users@lists.test', name: 'Mia via Users' },
        replyTo: named('users@lists.test', 'mia@customers.test'),
        lists: ['users@lists.test'],
      },
      { to: ['mia@customers.test'] },
    ],
    ['the sender is not repeated in Cc', { cc: named('Mia@customers.test') }, { cc: [] }],
    [
      'an answer to our own mail goes to whom that went',
      { direction: 'out', from: { address: 'support@desk.test', name: '' }, to: named('mia@customers.test') },
      { to: ['mia@customers.test'] },
    ],
    ['a subject that is an answer stays', { subject: 'RE: Invoice' }, { subject: 'RE: Invoice' }],
    ['a mail without subject gets that of the channel', { subject: ' ' }, { subject: 'Re: Your request' }],
    ['a mail without sender leaves it to the agent', { from: null }, { to: [] }],
  ] as [string, Partial<Message>, object][])('%s', (_what, changes, expected) => {
    expect(addresses(changes)).toMatchObject(expected);
  });

  test('answered is the newest mail of a person, not a robot, a stranger or a note', () => {
    const person = mail({ at: at(1) });
    const robot = mail({ at: at(2), automatic: true });
    const stranger = mail({ at: at(3), otherSender: true });
    const note = mail({ at: at(4), direction: 'note' });
    expect(messageToAnswer([note, stranger, person, robot])).toBe(person);
    expect(messageToAnswer([note, robot])).toBe(robot);
    expect(messageToAnswer([note])).toBeNull();
  });
});
