import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFlowTests, runAsTest, runFlowTests, simulate, type Flow } from '../../flows';
import type { RecordedRun } from '../../flows/simulation/recorded-run';
import { aStory } from './stories-of-tests';

const desk = JSON.parse(readFileSync(join(__dirname, '../../flows/examples/support-desk.json'), 'utf8')) as Flow;

const canaries = ['Mia', 'Meyer', 'mia.meyer', 'clinic.example', '4711', 'my knee', '+49'];
const aRun = (changes: Record<string, unknown> = {}): RecordedRun =>
  aStory(desk, {
    title: 'live',
    given: {
      at: '2026-10-05T09:00:00Z',
      enquiry: 'e-1',
      facts: {
        'message.subject': 'Invoice 4711 of Mia Meyer',
        'message.text': 'My number is +49 30 1234. It is urgent, my knee hurts.',
        'message.from.address': 'mia.meyer@clinic.example',
        'message.from.name': 'Mia Meyer',
        'contact.email': 'mia.meyer@clinic.example',
        'engagement.agentAvailable': false,
        ...changes,
      },
    },
    answers: {
      screen: ['clear'],
      ring: ['accepted by ana after 12s'],
      serve: [['agent-replied by ana', 'agent-closed after 3m']],
    },
    expect: {},
  });

describe('a run as a test', () => {
  it('goes the same way, passes, and holds nothing of the person', () => {
    const run = aRun();
    const { test, trouble, replaced } = runAsTest(run, 'an urgent invoice');
    expect(trouble).toEqual([]);
    expect(replaced).toEqual(['message.subject', 'message.text']);
    const text = JSON.stringify({ tests: [test] });
    for (const canary of canaries) expect(text).not.toContain(canary);
    expect(test.given?.facts).toEqual({
      'message.subject': 'Invoice …',
      'message.text': '… urgent …',
      'engagement.agentAvailable': false,
    });
    expect(test.expect.tags?.toSorted()).toEqual(['billing', 'urgent']);
    expect(test.expect).toMatchObject({ ending: 'resolved', assignee: 'ana' });
    const read = readFlowTests(text);
    if ('fault' in read) throw new Error(read.fault);
    expect(runFlowTests(desk, read.tests)).toMatchObject([{ title: 'an urgent invoice', failures: [] }]);
  });

  it('of an enquiry that still runs ends where it stands', () => {
    const run = aRun();
    const story = run.story.slice(0, run.story.findIndex(({ kind }) => kind === 'reply') + 1);
    const { test, trouble } = runAsTest({ ...run, story }, 'still open');
    expect(trouble).toEqual([]);
    expect(test.expect.ending).toBeUndefined();
    expect(test.expect).toMatchObject({ rest: 'serve', assignee: 'ana' });
    expect(runFlowTests(desk, { tests: [test] })).toMatchObject([{ failures: [] }]);
    const elsewhere = { ...test, expect: { ...test.expect, rest: 'ring' } };
    const [failed] = runFlowTests(desk, { tests: [elsewhere] });
    expect(failed?.failures).toContain('rest: expected "ring", found "serve"');
  });

  const flowAsking = (when: unknown): Flow => ({
    ...desk,
    start: 'ask',
    nodes: {
      ...desk.nodes,
      ask: { type: 'switch', cases: [{ when: when as never, next: 'screen' }], default: 'route' },
    },
  });
  const playedOn = (flow: Flow, more: Record<string, boolean> = {}): RecordedRun => {
    const { scenario } = { scenario: aRun() };
    const answers = { screen: ['clear'], ring: ['accepted by ana'], serve: ['agent-closed'] };
    const facts = {
      ...scenario.facts,
      ...more,
      'message.cc': ['boss@clinic.example', 'x@other.example'],
      'message.attachments.names': ['Mia.pdf', 'scan.PNG'],
    };
    const { trace, state } = simulate(flow, { facts, answers });
    return { ...scenario, flow, facts, story: trace, at: state.startedAt, message: state.message };
  };

  it.each([
    ['the end of an address', { endsWith: [{ var: 'message.from.address' }, '@clinic.example'] }],
    ['a whole address', { '===': [{ var: 'message.from.address' }, 'mia.meyer@clinic.example'] }],
    ['a part of a name', { contains: [{ var: 'message.from.name' }, 'Mia'] }],
    ['the beginning of a subject', { startsWith: [{ var: 'message.subject' }, 'invoice 4711'] }],
    ['a pattern', { matches: [{ var: 'message.subject' }, 'invoice \\d+'] }],
    ['an address among several', { in: ['boss@clinic.example', { var: 'message.cc' }] }],
    ['the opposite', { '!': [{ contains: [{ var: 'message.text' }, 'refund'] }] }],
  ])('keeps of what the flow asks only the answer: %s', (_what, when) => {
    const flow = flowAsking(when);
    const { test, trouble } = runAsTest(playedOn(flow), 'asked');
    expect(trouble).toEqual([]);
    expect(test.expect.path?.[1]).toBe('screen');
    expect(JSON.stringify(test)).not.toContain('+49');
  });

  it('names the node that looked at what was replaced, where the test goes another way', () => {
    const flow = flowAsking({ matches: [{ var: 'message.text' }, '^My number.*knee hurts\\.$'] });
    const { trouble, test } = runAsTest(playedOn(flow), 'too much');
    expect(trouble).toEqual([
      'The test goes another way than the run at the node "ask": it looked at message.text, which was replaced.',
    ]);
    expect(JSON.stringify(test)).not.toContain('knee');
  });

  it('says where the run itself cannot be played again with what is known today', () => {
    const run = playedOn(flowAsking({ contains: [{ var: 'message.subject' }, 'invoice'] }));
    const { trouble } = runAsTest({ ...run, facts: { ...run.facts, 'message.subject': 'Hello' } }, 'x');
    expect(trouble).toEqual([expect.stringMatching(/leaves its way after the node "ask".*message\.subject/)]);
  });

  it.each([
    [{ var: 'contact.known' }, true, 'screen'],
    [{ var: 'contact.known' }, false, 'route'],
    [{ '!': { var: 'contact.known' } }, false, 'screen'],
    [{ '!': [{ var: 'contact.known' }] }, true, 'route'],
  ])('learns from the way what nobody wrote down: %j was decided by %s', (when, known, next) => {
    const run = playedOn(flowAsking(when), { 'contact.known': known });
    const guessed = { ...run, facts: { ...run.facts, 'contact.known': !known } };
    const { trouble, test } = runAsTest(guessed, 'x');
    expect(trouble).toEqual([]);
    expect(test.expect.path?.[1]).toBe(next);
    expect(test.given?.facts?.['contact.known']).toBe(known);
  });

  it('says what no test can say', () => {
    const run = aRun();
    const story = run.story.flatMap((entry) =>
      entry.kind === 'reply' ? [entry, { ...entry, kind: 'transfer', detail: { agent: 'bob' } }] : [entry],
    );
    expect(runAsTest({ ...run, story }, 'x').trouble).toEqual([expect.stringContaining('transferred to a person')]);
  });
});
