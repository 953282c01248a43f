import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlow, type Finding } from '../../../flows';
import { edited, supportDesk } from './edited';

const references = {
  groups: ['support'],
  templates: ['support-received', 'enquiry-closed', 'enquiry-closed-idle'],
  lists: ['support'],
};

const cond = '{ "var": "engagement.agentAvailable" }';

/** One edit of the example for each code, and where the finding must stand. */
const edits: [code: string, from: string | RegExp, to: string, pointer: string][] = [
  ['E101', '"start": "screen",', '"start": "screen"', ''],
  ['E102', '"onTaken"', '"onError"', '/onError'],
  ['E103', '"strategy":', '"stratgy":', '/nodes/ring/stratgy'],
  ['E104', '  "start": "screen",\n', '', ''],
  [
    'E105',
    '"variables": { "rings":',
    '"variables": { "constructor": { "type": "integer", "default": 0 }, "rings":',
    '/variables/constructor',
  ],
  ['E106', '"type": "blocklist"', '"type": "blacklist"', '/nodes/screen/type'],
  [
    'E107',
    '["customer-replied", "agent-replied"]',
    '["customer-replied", "agent-answered"]',
    '/nodes/serve/restartOn/1',
  ],
  ['E108', /"\$schema": .*\n/, '', ''],
  ['E109', '"type": "blocklist", "lists": ["support"],', '"type": "blocklist",', '/nodes/screen'],
  ['E110', '"timezone": "UTC"', '"timezone": "Asia/Hongkong City"', '/timezone'],
  ['E201', '"clear": "check-sender"', '"clear": "check-sendr"', '/nodes/screen/next/clear'],
  ['E202', '"next": "tag-automatic" }', '"next": "route" }', '/nodes/tag-automatic'],
  ['E203', '"blocked": "drop", ', '', '/nodes/screen/next'],
  ['E204', '{ "blocked": "drop",', '{ "unsure": "drop", "blocked": "drop",', '/nodes/screen/next/unsure'],
  ['W205', '  "onError": "triage",\n', '', ''],
  [
    'E206',
    '"cases": [{ "when": { "<": [{ "var": "vars.rings" }, 3] }, "next": "pause" }]',
    '"cases": [{ "when": { "<": [{ "var": "vars.rings" }, 3] }, "next": "count-ring" }, { "when": { "var": "contact.known" }, "next": "pause" }]',
    '/nodes/count-ring',
  ],
  ['W206', cond, '{ "var": ["message.automatic"] }', '/nodes/check-sender/cases/1'],
  [
    'E207',
    '"pause": { "type": "wait", "timeout": "15m", "next": { "timeout": "ring" } }',
    '"pause": { "type": "wait", "timeout": "15m", "next": { "timeout": "pause" } }',
    '/nodes/pause',
  ],
  ['E208', '"type": "wait", "timeout": "15m", ', '"type": "wait", ', '/nodes/pause'],
  ['W210', '"default": "triage"\n', '"default": "pause"\n', '/nodes/ring'],
  ['E211', '  "onTaken": "bind-or-not",\n', '', ''],
  [
    'W212',
    '"next": { "routed": "ring", "unroutable": "triage" }',
    '"next": { "routed": "ring", "unroutable": "serve" }',
    '/nodes/serve',
  ],
  ['E301', cond, '{}', '/nodes/check-sender/cases/1/when'],
  ['E302', cond, '{ "!!": [{ "var": "engagement.agentAvailable" }] }', '/nodes/check-sender/cases/1/when'],
  ['E303', cond, '{ "var": "engagement.available" }', '/nodes/check-sender/cases/1/when/var'],
  ['E304', cond, '{ "var": 7 }', '/nodes/check-sender/cases/1/when/var'],
  ['E305', cond, '{ "!": [true, false] }', '/nodes/check-sender/cases/1/when'],
  ['E306', cond, '{ "var": "message.subject" }', '/nodes/check-sender/cases/1/when'],
  ['E307', '"agent"] }, "next": "remind"', '"agents"] }, "next": "remind"', '/nodes/whose-turn/cases/0/when/===/1'],
  ['E308', '"\\\\b(urgent|asap)\\\\b"', '{ "lower": "URGENT" }', '/nodes/tag-intent/rules/1/when/matches/1'],
  ['E309', '"\\\\b(urgent|asap)\\\\b"', '"(urgent"', '/nodes/tag-intent/rules/1/when/matches/1'],
  ['E310', '"\\\\b(urgent|asap)\\\\b"', '"(?!urgent)"', '/nodes/tag-intent/rules/1/when/matches/1'],
  ['E311', '"\\\\b(urgent|asap)\\\\b"', '"a{1,5000}"', '/nodes/tag-intent/rules/1/when/matches/1'],
  ['E401', '"timeout": "3d"', '"timeout": 3', '/nodes/serve/timeout'],
  ['E402', '"timeout": "3d"', '"timeout": "999d"', '/nodes/serve/timeout'],
  ['W403', '"type": "wait", "timeout": "15m"', '"type": "wait", "timeout": "9s"', '/nodes/pause/timeout'],
  ['E501', '"enquiry-closed-idle"', '"enquiry-closed-idel"', '/nodes/close-idle/notify'],
  [
    'E602',
    '"destinations": [{ "group": { "setting": "group" } }]',
    '"destinations": [{ "group": { "setting": "group" }, "percent": 100 }]',
    '/nodes/route/destinations/0/percent',
  ],
  ['E701', '"title": "Support desk"', `"title": "Support desk"${' '.repeat(65_536)}`, ''],
  [
    'E702',
    '"cases": [{ "when": { "<": [{ "var": "vars.rings" }, 3] }, "next": "pause" }]',
    `"cases": [${Array.from({ length: 51 }, (_, index) => `{ "when": { "===": [{ "var": "vars.rings" }, ${index}] }, "next": "pause" }`).join(', ')}]`,
    '/nodes/ring-again/cases',
  ],
  ['E703', cond, `${'{ "!": '.repeat(13)}true${' }'.repeat(13)}`, '/nodes/check-sender/cases/1/when'],
  ['E704', '"\\\\b(urgent|asap)\\\\b"', `"${'urgent|'.repeat(29)}asap"`, '/nodes/tag-intent/rules/1/when/matches/1'],
];

describe('one edit of the example gives one finding', () => {
  it.each(edits)('%s', (code, from, to, pointer) => {
    const findings = checkFlow(edited(from, to), references);
    expect(findings.map((finding) => `${finding.code} ${finding.pointer}`)).toEqual([`${code} ${pointer}`]);
  });

  it('E209: when its closes are gone', () => {
    const open = supportDesk.replaceAll(
      /"type": "close", "reason": "[a-z-]+", "notify": (false|"[a-z-]+")/g,
      '"type": "wait", "timeout": "1d", "next": { "timeout": "serve" }',
    );
    expect(checkFlow(open, references).map(({ code }) => code)).toContain('E209');
  });

  it('E315: when it keeps the subject', () => {
    const keeping = supportDesk
      .replace('"rings": {', '"topic": { "type": "string", "default": "" }, "rings": {')
      .replace('"values": {', '"values": { "topic": { "var": "message.subject" },');
    expect(checkFlow(keeping, references).map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'E315 /nodes/count-ring/values/topic',
    ]);
  });

  it('and none without an edit', () => {
    expect(checkFlow(supportDesk, references)).toEqual([]);
  });
});

describe('a finding', () => {
  const first = (from: string | RegExp, to: string): Finding => {
    const [finding] = checkFlow(edited(from, to));
    if (!finding) throw new Error('no finding');
    return finding;
  };

  it('stands where the text is wrong, lines and columns from 1', () => {
    const finding = first('"clear": "check-sender"', '"clear": "check-sendr"');
    const lines = edited('"clear": "check-sender"', '"clear": "check-sendr"').split('\n');
    expect(lines[finding.line - 1]?.slice(finding.column - 1)).toMatch(/^"clear": "check-sendr"/);
    expect(finding.suggestion).toBe('Did you mean "check-sender"?');
  });

  it('shows the other place it belongs to', () => {
    const { related } = first('"onTaken"', '"onError"');
    expect(related).toEqual([{ pointer: '/onError', line: 20, column: 3, message: 'stands here first' }]);
  });

  it('names one of an island and counts the rest', () => {
    const [finding, ...rest] = checkFlow(
      edited('"default": "tag-intent"', '"default": "route"')
        .replace('"default": "tag-intent"', '"default": "route"')
        .replace('"timeout": "tag-intent", "unavailable": "tag-intent"', '"timeout": "route", "unavailable": "route"'),
    );
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      code: 'E202',
      pointer: '/nodes/tag-intent',
      related: [{ pointer: '/nodes/acknowledge' }],
    });
    expect(finding?.message).toContain('nor one other node');
  });

  it('hides what is only an echo: a mistyped "next" is not a missing one, nor are the nodes behind it lost', () => {
    const codes = checkFlow(edited('"add": ["automatic"], "next"', '"add": ["automatic"], "nxt"')).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['E103']);
  });

  it('names the whole of a value that fits none of several forms, and not each form', () => {
    const list = edited('"template": { "setting": "auto-reply" }', '"template": ["support-received"]');
    expect(checkFlow(list).map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'E110 /nodes/acknowledge/template',
    ]);
  });

  it('names what is wrong inside of the one form that can be meant', () => {
    const inside = edited('"template": { "setting": "auto-reply" }', '"template": { "setting": 1, "list": 2 }');
    expect(checkFlow(inside).map(({ code, pointer, message }) => `${code} ${pointer} ${message}`)).toEqual([
      'E110 /nodes/acknowledge/template/setting "template setting" of the node "acknowledge" must be the name of a setting.',
      'E103 /nodes/acknowledge/template/list "template" of the node "acknowledge" has no property "list". Remove it, or correct its name.',
    ]);
  });

  it('about a wait for nobody is not made where a group has the enquiry', () => {
    const straight = supportDesk.replace('"routed": "ring"', '"routed": "serve"');
    const codes = checkFlow(straight).map(({ code }) => code);
    expect(codes).toEqual(['E202']);
  });

  it('of each layer is told at once when one is no echo of the other', () => {
    const both = edited('"timeout": "3d"', '"timeout": 3').replace(cond, '{ "var": "nothing" }');
    expect(checkFlow(both).map(({ code }) => code)).toEqual(['E303', 'E401']);
  });
});

describe('the example of the flow language', () => {
  it('has no fault', () => {
    const example = readFileSync(join(__dirname, '../fixtures/support-email.json'), 'utf8');
    expect(checkFlow(example)).toEqual([]);
  });
});
