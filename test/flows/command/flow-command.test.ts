import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Json } from '../../../flows';
import { folderWith, runFlow } from './run-flow';

const examples = join(__dirname, '../../../flows/examples');
const file = join(examples, 'support-desk.json');
const text = readFileSync(file, 'utf8');
const tests = readFileSync(join(examples, 'support-desk.test.json'), 'utf8');
const broken = text.replace('"clear": "check-sender"', '"clear": "check-sendr"');
const doubtful = text.replace('  "onError": "triage",\n', '');

describe('ringpost flow', () => {
  it('tells what it can do, and each command shows examples', async () => {
    const overview = await runFlow(['--help']);
    expect(overview).toMatchObject({ code: 0, err: '' });
    for (const name of ['check', 'fmt', 'test', 'simulate', 'diagram', 'diff', 'rename', 'schema']) {
      expect(overview.out).toContain(`ringpost flow ${name}`);
      const help = await runFlow([name, '--help']);
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help.out).toMatch(/Examples:\n {2}\S/);
    }
  });

  it.each<[string, string[], RegExp]>([
    ['no command', [], /Write, check and try flows/],
    ['an unknown command', ['lint'], /There is no command "flow lint"/],
    ['an unknown option', ['check', '--jsn', file], /There is no option "--jsn"/],
    ['an option without its value', ['check', file, '--format'], /--format needs a value/],
    ['an unknown format', ['check', file, '--format', 'xml'], /--format cannot be "xml"/],
    ['no flow at a terminal', ['check'], /Name a flow/],
    ['a file that is not there', ['check', '/nowhere.json'], /\/nowhere\.json cannot be read: there is no such file/],
    ['a folder without flows', ['check', folderWith({})], /holds no flows/],
    ['one flow to compare', ['diff', file], /Two flows are compared/],
    ['a node that is not there', ['rename', file, 'nobody', 'somebody'], /has no node "nobody"/],
    ['a name that is taken', ['rename', file, 'ring', 'serve'], /has a node "serve" already/],
    ['a name that no node may have', ['rename', file, 'ring', 'Ring!'], /must be lower-case words/],
    ['a flow that cannot be drawn', ['diagram', folderWith({ 'a.json': '{' })], /has to be mended first: 1:2 E101/],
    ['a test that is not there', ['simulate', file, '--test', 'the moon'], /has no test "the moon"/],
    ['a fact without a value', ['simulate', file, '--fact', 'message.subject'], /not of the form --fact PATH=VALUE/],
    ['a time that is none', ['simulate', file, '--at', 'noon'], /--at "noon" is no time/],
  ])('answers 2 and one sentence for %s', async (_what, args, sentence) => {
    const { code, out, err } = await runFlow(args);
    expect(code).toBe(2);
    expect(out + err).toMatch(sentence);
  });
});

describe('ringpost flow check', () => {
  it('answers 0 for sound flows, 1 for errors, and 1 for warnings only when it is strict', async () => {
    expect(await runFlow(['check', file])).toMatchObject({ code: 0, out: 'Nothing to find fault with in 1 flow.\n' });
    expect((await runFlow(['check', '-'], broken)).code).toBe(1);
    expect((await runFlow(['check', '-'], doubtful)).code).toBe(0);
    expect((await runFlow(['check', '-', '--strict'], doubtful)).code).toBe(1);
  });

  it('shows line, column, code, sentence and suggestion to people, under the name of the file', async () => {
    const { out } = await runFlow(['check'], broken);
    expect(out.split('\n').slice(0, 2)).toEqual([
      '-',
      '  24:89   error    E201  The node "screen" (clear) leads to "check-sendr", and the flow has no node of that name. Did you mean "check-sender"?',
    ]);
    expect(out).toContain('1 error and 0 warnings in 1 flow.');
  });

  it('gives programs one line for each file: an array of its findings', async () => {
    const folder = folderWith({ 'a.json': text, 'b.json': broken, 'b.test.json': '{' });
    const { code, out } = await runFlow(['check', '--json', folder]);
    const [first, second, ...rest] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Finding[]);
    expect([code, first, rest]).toEqual([1, [], []]);
    expect(second).toEqual([
      expect.objectContaining({
        file: join(folder, 'b.json'),
        code: 'E201',
        severity: 'error',
        pointer: '/nodes/screen/next/clear',
        line: 24,
        column: 89,
        message: expect.stringMatching(/check-sendr/),
      }),
    ]);
  });

  it('gives code hosts SARIF 2.1.0 with the place of each finding and the rule it breaks', async () => {
    const { out } = await runFlow(['check', '--format=sarif', '-'], broken);
    const log = JSON.parse(out) as {
      version: string;
      runs: { tool: { driver: { rules: Json[] } }; results: Json[] }[];
    };
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0]?.tool.driver.rules).toEqual([
      expect.objectContaining({ id: 'E201', defaultConfiguration: { level: 'error' } }),
    ]);
    expect(log.runs[0]?.results).toEqual([
      expect.objectContaining({
        ruleId: 'E201',
        level: 'error',
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: '-' }, region: { startLine: 24, startColumn: 89 } },
            logicalLocations: [{ fullyQualifiedName: '/nodes/screen/next/clear' }],
          },
        ],
      }),
    ]);
  });

  it('walks flows without errors, unless it is to be quick', async () => {
    const never = text.replace('"<": [{ "var": "vars.rings" }, 3]', '"<": [{ "var": "vars.rings" }, 0]');
    expect((await runFlow(['check', '-'], never)).out).toMatch(/W213 {2}Case 1 of the switch "ring-again"/);
    expect((await runFlow(['check', '-', '--quick'], never)).out).not.toContain('W213');
  });

  it('walks a flow that only cannot be run yet', async () => {
    const vip = readFileSync(join(examples, 'vip-webhook.json'), 'utf8');
    const never = vip.replace(
      '{ "===": [{ "var": "vars.tier" }, "gold"] }',
      '{ "contains": [{ "var": "vars.tier" }, "silver"] }',
    );
    expect((await runFlow(['check', '-'], never)).out).toMatch(/W213 {2}Case 1 of the switch "by-tier"/);
  });

  it('paints only where somebody looks at a terminal', async () => {
    expect((await runFlow(['check', '-'], broken, true)).out).toContain('\u001b[31merror');
    expect((await runFlow(['check', '-'], broken)).out).not.toContain('\u001b');
  });
});

describe('ringpost flow fmt', () => {
  const loose = JSON.stringify(JSON.parse(text));

  it('formats files in place, names those it changed, and leaves formatted ones alone', async () => {
    const folder = folderWith({ 'loose.json': loose, 'right.json': text });
    expect(await runFlow(['fmt', folder])).toEqual({ code: 0, out: `${join(folder, 'loose.json')}\n`, err: '' });
    expect(readFileSync(join(folder, 'loose.json'), 'utf8')).toBe(text);
    expect(await runFlow(['fmt', folder])).toEqual({ code: 0, out: '', err: '' });
  });

  it('prints what comes by standard input', async () => {
    expect(await runFlow(['fmt', '-'], loose)).toEqual({ code: 0, out: text, err: '' });
  });

  it('with --check changes nothing and answers 1 when something is not formatted', async () => {
    const folder = folderWith({ 'loose.json': loose });
    expect(await runFlow(['fmt', '--check', folder])).toMatchObject({
      code: 1,
      out: `${join(folder, 'loose.json')}\n`,
    });
    expect(readFileSync(join(folder, 'loose.json'), 'utf8')).toBe(loose);
    expect((await runFlow(['fmt', '--check', file])).code).toBe(0);
  });

  it('touches nothing that would lose something: no JSON, a name that stands twice', async () => {
    const twice = text.replace('"onTaken"', '"onError"');
    const folder = folderWith({ 'twice.json': twice });
    expect(await runFlow(['fmt', folder])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('E102') });
    expect(readFileSync(join(folder, 'twice.json'), 'utf8')).toBe(twice);
  });
});

describe('ringpost flow test', () => {
  it('plays the tests beside a flow and says how many outcomes they take', async () => {
    const { code, out } = await runFlow(['test', file]);
    expect(code).toBe(0);
    expect(out).toContain('  passed  a blocked sender is told nothing and rings nobody');
    expect(out).toMatch(/7 of 7 tests passed; they take \d+ of \d+ outcomes\./);
    expect((await runFlow(['test', join(examples, 'support-desk.test.json')])).out).toBe(out);
  });

  it('answers 1 and says what differs when a test fails', async () => {
    const folder = folderWith({ 'desk.json': text, 'desk.test.json': tests.replace('"discarded"', '"resolved"') });
    const { code, out } = await runFlow(['test', folder]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAILED {2}a blocked sender.*\n {12}ending: expected "resolved", found "discarded"/);
  });

  it('names the outcomes that no test takes when asked', async () => {
    expect((await runFlow(['test', file])).out).not.toContain('W801');
    expect((await runFlow(['test', file, '--coverage'])).out).toMatch(
      /W801 {2}No test takes "unroutable" of the node "route"/,
    );
    const report = JSON.parse((await runFlow(['test', file, '--json'])).out) as { taken: number; total: number };
    expect(report.taken).toBeLessThan(report.total);
  });

  it('counts a named error among the outcomes', async () => {
    const vip = readFileSync(join(examples, 'vip-webhook.json'), 'utf8');
    const title = 'a gold customer';
    const only = {
      tests: [
        {
          title,
          answers: { 'look-up-tier': [{ tier: 'gold' }], ring: ['accepted'], serve: ['agent-closed'] },
          expect: {},
        },
      ],
    };
    const folder = folderWith({ 'vip.json': vip, 'vip.test.json': JSON.stringify(only) });
    const { out } = await runFlow(['test', folder, '--coverage']);
    expect(out).toContain('No test takes "error" of the node "look-up-tier".');
    expect(out).not.toContain('No test takes "done" of the node "look-up-tier".');
  });

  it('says so when there are none, and refuses what holds no tests', async () => {
    const folder = folderWith({ 'desk.json': text });
    expect(await runFlow(['test', folder])).toMatchObject({ code: 0, out: expect.stringContaining('no ') });
    const other = folderWith({ 'desk.json': text, 'desk.test.json': '[]' });
    expect(await runFlow(['test', other])).toMatchObject({ code: 2, err: expect.stringContaining('holds no tests') });
  });
});

describe('ringpost flow simulate', () => {
  it('tells the story of a test', async () => {
    const { code, out } = await runFlow(['simulate', file, '--test', 'a first mail']);
    expect(code).toBe(0);
    expect(out).toMatch(/ring +An agent accepted\. accepted → bind-or-not/);
    expect(out).toContain(
      'closed: resolved after 1 h 16 min; tags: billing, urgent; sent: support-received, enquiry-closed',
    );
  });

  it('plays what is said, and tells with 1 what is missing', async () => {
    const said = ['simulate', file, '--fact', 'engagement.agentAvailable=false', '--fact', 'message.subject=Refund'];
    const missing = await runFlow([...said, '--answer', 'screen=clear']);
    expect(missing.code).toBe(1);
    expect(missing.out).toContain('reads "message.text", and no such fact is given');
    const whole = [
      ...said,
      '--fact',
      'message.text=Hello',
      '--answer',
      'screen=clear',
      '--answer',
      'ring=accepted by ana',
    ];
    const { code, out } = await runFlow([...whole, '--answer', 'serve=agent-closed after 1h', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ elapsedMs: 3_600_000, state: { tags: ['billing'], ending: 'resolved' } });
  });

  it('chooses among given agents, and tells the reason of everybody', async () => {
    const facts = { 'message.subject': 'Refund', 'message.text': 'Hello', 'engagement.agentAvailable': false };
    const agents = { ana: { load: 2 }, ben: {}, cem: { presence: 'away' } };
    const answers = { screen: ['clear'], ring: ['accepted'], serve: ['agent-closed'] };
    const folder = folderWith({ 'day.json': JSON.stringify({ facts, agents, answers }) });
    const { code, out } = await runFlow(['simulate', file, '--scenario', join(folder, 'day.json')]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /Why these agents:\n +0 s +ring +Chosen by leastLoaded: ben \(.*\); not ana \(.*2\), cem \(away\)\./,
    );
  });

  it('takes a scenario from a file, and automatic mail', async () => {
    const folder = folderWith({ 'night.json': '{ "answers": { "screen": ["blocked"] } }' });
    const { code, out } = await runFlow(['simulate', file, '--scenario', join(folder, 'night.json'), '--automatic']);
    expect(code).toBe(0);
    expect(out).toContain('closed: discarded');
  });
});

describe('ringpost flow schema', () => {
  it('prints the schema that editors read, of flows and of what conditions may read', async () => {
    expect(JSON.parse((await runFlow(['schema'])).out)).toMatchObject({ title: 'Ringpost flow' });
    expect(JSON.parse((await runFlow(['schema', 'facts'])).out)).toMatchObject({
      properties: {
        message: {
          properties: { from: { properties: { domain: { type: 'string' } } }, automatic: { type: 'boolean' } },
        },
        enquiry: { properties: { awaiting: { enum: ['agent', 'contact'] } } },
      },
    });
    expect((await runFlow(['schema', 'nodes'])).code).toBe(2);
  });
});
