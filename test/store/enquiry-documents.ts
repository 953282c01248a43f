import { blankState } from '../../flows/engine/blank-state';
import type { Flow } from '../../flows/flow';
import type { EnquiryState, FlowEvent, MessageFacts, TraceEntry } from '../../flows/state';
import type { EnquiryRecord, OpeningEnquiry } from '../../store/enquiries';

/** The moment tests of enquiries begin at. */
export const now = new Date('2026-03-02T10:00:00Z');
/** So many milliseconds later. */
export const later = (ms: number): Date => new Date(now.getTime() + ms);

/** An enquiry as it is opened. */
export function anOpening(id: string, changes: Partial<OpeningEnquiry> = {}): OpeningEnquiry {
  return {
    _id: id,
    number: 7,
    channel: 'support',
    flow: { id: 'support-desk', revision: 1, sha256: 'f'.repeat(64), settings: { desk: 'support', 'max.wait': '15m' } },
    contact: 'c-1',
    subject: 'Where is my $order?',
    mail: [{ message: `m-of-${id}`, at: now, direction: 'in' }],
    links: [],
    by: `ledger-of-${id}`,
    openedAt: now,
    ...changes,
  };
}

const aFlow: Flow = {
  $schema: 'https://ringpost.example/flow/1',
  id: 'desk',
  title: 'Desk',
  start: 'end',
  nodes: { end: { type: 'close', reason: 'done', notify: false } },
};

/** A state as a ring leaves it. */
export function aState(changes: Partial<EnquiryState> = {}): EnquiryState {
  const facts: MessageFacts = {
    id: 'm-1',
    kind: 'person',
    automatic: false,
    fromDomain: 'example.org',
    language: 'en',
    attachmentCount: 0,
    size: 900,
    spf: 'none',
    dkim: 'none',
    dmarc: 'none',
    participant: true,
  };
  const start: FlowEvent = { type: 'start', at: now.getTime(), enquiryId: 'e', channelId: 'support', message: facts };
  return { ...blankState(aFlow, start), status: 'ringing', group: 'support', tags: ['order'], ...changes };
}

/** A step of a story. */
export const entry = (seq: number): TraceEntry => ({
  seq,
  at: now.getTime(),
  node: 'n',
  kind: 'tag',
  what: `did ${seq}`,
});

/** What a burst records. */
export function aRecord(id: string, seq: number, changes: Partial<EnquiryRecord> = {}): EnquiryRecord {
  return {
    id,
    seq,
    state: aState({ seq }),
    memory: { acts: [], seen: [] },
    rest: { what: 'ring', until: later(60_000) },
    timeline: [entry(seq)],
    run: { workflowId: `enquiry/${id}`, runId: 'r-1' },
    now: later(seq),
    ...changes,
  };
}
