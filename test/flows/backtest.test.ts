import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createBacktest,
  renameIn,
  type Assumptions,
  type Flow,
  type FlowNode,
  type RecordedMail,
  type Scenario,
} from '../../flows';
import supportDesk from '../../flows/examples/support-desk.json';
import { aFlow, ringFlow } from './play';
import { unchecked } from './unchecked';

const examples = join(__dirname, '../../flows/examples');
const desk = unchecked<Flow>(supportDesk);
const accepted: Assumptions = { people: 'accepted', answers: {} };
const timeout: Assumptions = { people: 'timeout', answers: {} };
const nothing: Assumptions = { people: null, answers: {} };

/** The support desk with some of its text replaced, each of which must stand there. */
function deskWith(...changes: [from: string, to: string][]): Flow {
  let text = JSON.stringify(desk);
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`The support desk has no ${from}.`);
    text = text.replaceAll(from, to);
  }
  return unchecked<Flow>(JSON.parse(text));
}

function deskRenamed(...names: [from: string, to: string][]): Flow {
  return names.reduce((flow, [from, to]) => renameIn(flow, { sort: 'node', from, to }) ?? flow, desk);
}

function aMail(subject = 'Hello', rest: Partial<RecordedMail> & { scenario?: Scenario } = {}): RecordedMail {
  const facts = { 'message.subject': subject, 'message.text': 'Good morning.' };
  return { name: `${subject}.eml`, ...rest, scenario: { facts, ...rest.scenario } };
}

function found(draft: Flow, mails: RecordedMail[], assumptions = accepted, live = desk) {
  const backtest = createBacktest({ live, draft, settings: {}, assumptions });
  for (const mail of mails) backtest.add(mail);
  return backtest.report();
}

describe('a backtest', () => {
  it.each<[string, [string, string][], Assumptions, string | null, [string, string, string][]]>([
    [
      'another way',
      [['"timeout":"count-ring"', '"timeout":"triage"']],
      timeout,
      'ring',
      [['path', 'timeout → count-ring', 'timeout → triage']],
    ],
    [
      'another group',
      [['"default":"support"', '"default":"day-desk"']],
      accepted,
      'route',
      [['group', 'support', 'day-desk']],
    ],
    ['other tags', [['"refund"', '"hello"']], accepted, 'tag-intent', [['tags', 'none', 'billing']]],
    [
      'another reply',
      [['"support-received"', '"welcome"']],
      accepted,
      'acknowledge',
      [['mails', 'support-received, enquiry-closed', 'welcome, enquiry-closed']],
    ],
    [
      'no notice at the close',
      [['"notify":"enquiry-closed"', '"notify":false']],
      accepted,
      'close-resolved',
      [['mails', 'support-received, enquiry-closed', 'support-received']],
    ],
    [
      'another ending',
      [['"reason":"resolved"', '"reason":"done"']],
      accepted,
      'close-resolved',
      [['ending', 'closed: resolved', 'closed: done']],
    ],
    [
      'a loop without a pause',
      [
        [
          '"type":"auto-reply","template":{"setting":"auto-reply"},"next":"route"',
          '"type":"tag","add":["seen"],"next":"tag-intent"',
        ],
      ],
      accepted,
      'acknowledge',
      [
        ['path', 'done → route', 'done → tag-intent'],
        ['group', 'support', 'none'],
        ['tags', 'none', 'seen'],
        ['mails', 'support-received, enquiry-closed', 'none'],
        ['loops', 'closed: resolved', 'goes round at "tag-intent"'],
      ],
    ],
    [
      'an enquiry that is parked',
      [['"start":"screen"', '"start":"nowhere"']],
      accepted,
      null,
      [
        ['path', '→ screen', '→ nowhere'],
        ['group', 'support', 'none'],
        ['mails', 'support-received, enquiry-closed', 'none'],
        ['parks', 'closed: resolved', 'parked: the flow has no node "nowhere"'],
      ],
    ],
    [
      'another start',
      [['"start":"screen"', '"start":"check-sender"']],
      accepted,
      null,
      [['path', '→ screen', '→ check-sender']],
    ],
  ])('tells %s and the node where it begins', (_what, changes, assumptions, node, differences) => {
    const report = found(deskWith(...changes), [aMail()], assumptions);
    expect(report).toMatchObject({ mails: 1, same: 0, different: 1 });
    expect(report.nodes.map((each) => each.node)).toEqual([node]);
    expect(report.nodes[0]?.differences.map(({ what, live, draft }) => [what, live, draft])).toEqual(differences);
  });

  it.each<[string, Flow, RecordedMail]>([
    ['the same flow', desk, aMail()],
    ['nodes with other names', deskRenamed(['route', 'pick-group'], ['ring', 'ring-them']), aMail()],
    ['a longer wait', deskWith(['"timeout":"3d"', '"timeout":"5d"']), aMail()],
    ['words this mail does not hold', deskWith(['"refund"', '"hello"']), aMail('Something else')],
    [
      'another reply to a mail that no machine may answer',
      deskWith(['"support-received"', '"welcome"']),
      aMail('Hello', { unanswerable: true }),
    ],
  ])('finds no difference in %s', (_what, draft, mail) => {
    expect(found(draft, [mail])).toMatchObject({ mails: 1, same: 1, different: 0, undecided: 0, nodes: [] });
  });

  it('groups mails by the first node where the flows part, most mails first', () => {
    const draft = deskWith(['"refund"', '"hello"'], ['"support-received"', '"welcome"']);
    const report = found(draft, [aMail('One'), aMail('Hello'), aMail('Two')]);
    expect(report.nodes.map(({ node, mails }) => [node, mails])).toEqual([
      ['acknowledge', 2],
      ['tag-intent', 1],
    ]);
    expect(report.nodes[0]?.differences.map(({ mails }) => mails)).toEqual([['One.eml', 'Two.eml']]);
  });

  it('names everything that was assumed, and for how many mails', () => {
    const mail = aMail('Told', {
      scenario: { facts: { ...aMail().scenario.facts, 'engagement.agentAvailable': false } },
    });
    expect(found(desk, [aMail(), mail]).assumed).toEqual([
      { what: 'screen: clear', mails: 2 },
      { what: 'ring: accepted', mails: 2 },
      { what: 'serve: agent-closed', mails: 2 },
      { what: 'engagement.agentAvailable: false', mails: 1 },
    ]);
  });

  it('assumes nothing unless it is told to, and says which answer is missing', () => {
    expect(found(desk, [aMail()], nothing)).toMatchObject({
      mails: 1,
      same: 1,
      undecided: 1,
      assumed: [],
      unfinished: [
        { flow: 'live', what: 'no answer is given for "screen" (visit 1); it may be blocked or clear', mails: 1 },
        { flow: 'draft', what: 'no answer is given for "screen" (visit 1); it may be blocked or clear', mails: 1 },
      ],
    });
  });

  it('plays recorded answers, and tells of a draft that needs one never recorded', () => {
    const recorded: Scenario = { answers: { ring: ['accepted by ana'], serve: ['agent-closed'] } };
    const live = ringFlow();
    const { ring, ...others } = live.nodes;
    if (!ring) throw new Error('The flow rings nobody.');
    const asks: FlowNode = { type: 'blocklist', lists: ['x'], next: { blocked: 'close', clear: 'route' } };
    const draft = aFlow({ ask: asks, ring, ...others }, { onTaken: 'serve', onClosed: 'close' });
    const mail = aMail('Recorded', { scenario: recorded });
    expect(found(live, [mail], nothing, live)).toMatchObject({ same: 1, undecided: 0, unfinished: [] });
    expect(found(draft, [mail], nothing, live).nodes[0]?.differences.map(({ what }) => what)).toEqual([
      'path',
      'unanswered',
    ]);
    const { assumed } = found(draft, [mail], { people: null, answers: { ask: ['clear'] } }, live);
    expect(assumed).toEqual([{ what: 'ask: clear', mails: 1 }]);
  });

  it('finds the answers of a node that the draft calls otherwise', () => {
    const answers = { screen: ['clear'], ring: ['accepted by ana'], serve: ['agent-closed'] };
    const facts = { ...aMail().scenario.facts, 'engagement.agentAvailable': false };
    const draft = deskRenamed(['ring', 'ring-them'], ['screen', 'look']);
    expect(found(draft, [aMail('Kept', { scenario: { answers, facts } })], nothing)).toMatchObject({
      same: 1,
      undecided: 0,
      assumed: [],
    });
  });

  it('ends a run that only goes round while nobody acts, and says where', () => {
    const { same, unfinished } = found(desk, [aMail()], timeout);
    expect(same).toBe(1);
    expect(unfinished.map(({ flow, what }) => [flow, what])).toEqual([
      ['live', 'goes round at "serve"'],
      ['draft', 'goes round at "serve"'],
    ]);
  });

  it.each(
    readdirSync(examples)
      .filter((file) => !file.endsWith('.test.json'))
      .flatMap((file) => [accepted, timeout].map((assumptions) => [file, assumptions] as const)),
  )('finds %s the same as itself under %j', (file, assumptions) => {
    const flow = unchecked<Flow>(JSON.parse(readFileSync(join(examples, file), 'utf8')));
    const mails = [aMail(), aMail('Out of office', { scenario: { message: { automatic: true } } })];
    expect(found(flow, mails, assumptions, flow)).toMatchObject({ mails: 2, same: 2, nodes: [] });
  });

  it('gives both traces of a mail on demand and counts nothing by it', () => {
    const draft = deskWith(['"refund"', '"hello"']);
    const backtest = createBacktest({ live: desk, draft, settings: {}, assumptions: accepted });
    const { live, draft: other, divergence } = backtest.look(aMail());
    expect(divergence?.node).toBe('tag-intent');
    expect(live.simulation.trace.length).toBe(other.simulation.trace.length);
    expect(other.simulation.state.tags).toEqual(['billing']);
    expect(backtest.report().mails).toBe(0);
  });

  it('picks by percentage as the id of the enquiry says, the same in both flows', () => {
    const route = (percent: number): Flow =>
      deskWith([
        '"rule":"sequence","destinations":[{"group":{"setting":"group"}}]',
        `"rule":"percentage","destinations":[{"group":"a","percent":${percent}},{"group":"b","percent":${100 - percent}}]`,
      ]);
    const mails = Array.from({ length: 50 }, (_, each) =>
      aMail(`Mail ${each}`, { scenario: { ...aMail().scenario, enquiry: `enquiry-${each}` } }),
    );
    expect(found(route(50), mails, accepted, route(50)).same).toBe(50);
    const moved = found(route(70), mails, accepted, route(50));
    expect(moved.different).toBeGreaterThan(0);
    expect(
      moved.nodes.flatMap(({ differences }) => differences.map(({ what, live, draft }) => [what, live, draft])),
    ).toEqual([['group', 'b', 'a']]);
  });
});
