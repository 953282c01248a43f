import type { Decision } from '../../store/decisions';
import type { LedgerEntry } from '../../store/ledger';
import type { RefusedMail } from '../../store/refused-mails';
import type { OutboxEntry } from '../../store/outbox';
import type { WrittenBy } from '../../store/written-by';
import { nothingFound, tellDecision, tellStep, tellTrace } from '../../api/trace-story';
import type { Tale } from '../../api/trace';

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
    const inputs = { strategy: 'ringAll', tieBreak: 'who accepts first' };
    expect(tellDecision({ ...decision, inputs, flow: { id: 'support-desk', revision: 3 } })).toBe(
      'Why: chosen ann (fewest: 1); not bob (full 3/3). Strategy: ringAll, by revision 3 of flow "support-desk". Between equals decided who accepts first.',
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

  test.each<[WrittenBy, string]>([
    [{ kind: 'agent', id: 'ann', draftedBy: null }, ', written by Ann Archer (ann);'],
    [{ kind: 'agent', id: 'ann', draftedBy: 'bot' }, ', drafted by program Bot (bot), sent by Ann Archer (ann);'],
    [{ kind: 'program', id: 'bot', draftedBy: null }, ', written by program Bot (bot);'],
    [{ kind: 'flow', id: 'flow', draftedBy: null }, ', written by the flow;'],
  ])('tells who wrote a mail: %j', (by, words) => {
    const envelope = { from: '', to: ['mia@customers.test'] };
    const mail = { _id: 'o-1', kind: 'reply', messageId: '<r@desk.test>', envelope, queuedAt: at(4), sendAfter: at(5) };
    const outbox = [{ ...mail, heldBecause: null, answers: [], doneAt: null, bounced: null } as unknown as OutboxEntry];
    const [queued] = told(tale({ outbox, writers: { 'o-1': by }, names: { ann: 'Ann Archer', bot: 'Bot' } }));
    expect(queued).toContain(`to mia@customers.test${words}`);
  });

  test('says plainly that nothing was offered', () => {
    expect(nothingFound({ word: 'bo@x.test', since: at(0), until: at(1), tales: [] })).toMatch(
      /^Nothing was offered to us for "bo@x\.test" between 2026-03-02T09:00/,
    );
  });
});
