import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlow, type Finding } from '../../../flows';
import { settingPlaces } from '../../../flows/setting-places';
import { edit } from './broken/operator';

const flowOf = (base: string): string => readFileSync(join(__dirname, `../../../flows/examples/${base}.json`), 'utf8');

/** The findings of a ready flow with one place changed, as `CODE line:column message >> suggestion`. */
function told(base: string, from: string, to: string, around: (text: string) => string = (text) => text): string[] {
  const text = around(edit(flowOf(base), { code: '', name: 'edit', base, from, to, pointer: '' }));
  return checkFlow(text).map(sentence);
}

const sentence = ({ code, message, suggestion }: Finding): string =>
  `${code} ${message}${suggestion === undefined ? '' : ` >> ${suggestion}`}`;

describe('what an admin reads', () => {
  const sentences: [base: string, from: string, to: string, words: string][] = [
    [
      'support-desk',
      '"blocked": "drop"',
      '"blocked": null',
      'E110 "next blocked" of the node "screen" must be the name of a node.',
    ],
    [
      'support-desk',
      '[{ "when": { "var": "settings.bind" }, "next": "bind" }]',
      '["bind"]',
      'E110 "cases 1" of the node "bind-or-not" must be an object in braces with "when" and "next".',
    ],
    [
      'vip-webhook',
      '"query": { "email": "{{contact.email}}" }',
      '"query": { "limit": 5 }',
      'E110 "request query limit" of the node "look-up-tier" must be text in quotes of at most 500 characters.',
    ],
    [
      'support-desk',
      '"strategy": "leastLoaded"',
      '"strategy": ["contactOwner", "leastLoded"]',
      'E110 "strategy 2" of the node "ring" must be one of "leastLoaded", "roundRobin", "fewestToday", "longestIdle", "fixedOrder", "ringAll", "none", "contactOwner", "accountOwner", "lastAgent". >> Did you mean "leastLoaded"?',
    ],
    [
      'two-sites',
      '"title": "Percentage between two sites"',
      `"title": "${'x'.repeat(201)}"`,
      'E110 "title" has more than 200 characters; shorten it.',
    ],
    [
      'two-sites',
      '{ "group": { "setting": "second-site" }, "percent": 30 }',
      '{ "percent": 30 }',
      'E109 "destinations 2" of the node "route" needs "group" or "agent", with the name of one.',
    ],
    [
      'two-sites',
      '{ "group": { "setting": "second-site" },',
      '{ "group": { "setting": "second-site" }, "agent": "ana",',
      'E110 "destinations 2" of the node "route" names both a "group" and an "agent"; keep one of them.',
    ],
    [
      'two-sites',
      '"percent": 70',
      '"percent": 70, "weight": 2',
      'E103 "destinations 1" of the node "route" has no property "weight". Remove it, or correct its name. >> It may have: "group", "agent", "percent", "calendar", "hours".',
    ],
    [
      'support-desk',
      '"reopenWithin": "14d", "at": "route"',
      '"reopenWithin": "14d"',
      'E109 "closedReply" needs "at": the name of a node.',
    ],
    [
      'support-desk',
      '"strategy": "leastLoaded"',
      '"skills": [{ "skill": "french", "level": 3 }], "widen": [{ "after": "2 minutes", "level": 1 }]',
      'E401 "widen 1, after" of the node "ring" is no duration: "2 minutes". Write a whole number with a unit, such as "60s", "15m", "8h" or "3d".',
    ],
    [
      'support-desk',
      '"strategy"',
      '"strаtegy"',
      'E103 The node "ring" has no property "strаtegy". Remove it, or correct its name. >> Did you mean "strategy"? The one written has the character U+0430.',
    ],
    [
      'two-sites',
      '"routed": "ring"',
      '"routed": "ring "',
      'E201 The node "route" (routed) leads to "ring ", and the flow has no node of that name. >> Did you mean "ring"? The one written has a blank.',
    ],
    [
      'support-desk',
      '{ "var": "settings.bind" }',
      '{ "setting": "bind" }',
      'E302 The operator "setting" in the node "ring-bound-or-not" is not allowed. Allowed are: var and or ! if === !== < <= > >= + - cat in lower contains containsAny startsWith endsWith matches. >> Write { "var": "settings.bind" }.',
    ],
    [
      'support-desk',
      '"\\\\b(urgent',
      '"\\b(urgent',
      'E309 The pattern in the node "tag-intent" cannot be read: JSON reads "\\b" as a backspace; the edge of a word is written "\\\\b".',
    ],
    [
      'two-sites',
      '"next": { "routed": "ring", "unroutable": "triage" }',
      '"next": {}',
      'E203 The node "route" can end with "routed" or "unroutable", and "next" does not say where these lead.',
    ],
  ];

  it.each(sentences)('%s: %s as %s', (base, from, to, words) => {
    expect(told(base, from, to)).toEqual([words]);
  });

  it('suggests no operator of which no letter was written', () => {
    const [finding] = told(
      'support-desk',
      '{ "+": [{ "var": "vars.rings" }, 1] }',
      '{ "*": [{ "var": "vars.rings" }, 2] }',
    );
    expect(finding).toMatch(/^E302 .*matches\.$/);
  });
});

describe('what is right is not taken for wrong', () => {
  const right: [what: string, base: string, from: string, to: string][] = [
    ['a pattern with a written-out backslash before a number', 'support-desk', '(urgent|asap)', '(urgent|c:\\\\\\\\1)'],
    ['a class that holds what would look ahead', 'support-desk', '(urgent|asap)', '(urgent|[(?=])'],
    ['what another system calls a setting', 'vip-webhook', '"query": {', '"query": { "setting": "x",'],
    ['a query that is only a setting by name', 'vip-webhook', '{ "email": "{{contact.email}}" }', '{ "setting": "x" }'],
  ];

  it.each(right)('%s', (_what, base, from, to) => {
    expect(told(base, from, to)).toEqual([]);
  });
});

it('a variable may be called "setting"', () => {
  const nodes = { keep: { type: 'set', values: { setting: 'x' } }, ask: { type: 'webhook', save: { setting: '/x' } } };
  expect(settingPlaces({ nodes })).toEqual([]);
  expect(settingPlaces({ nodes: { ask: { request: { body: { setting: 'x' } } } } })).toHaveLength(1);
});

describe('a place', () => {
  const windows = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
  const place = (text: string, pointer: string): string | undefined => {
    const found = checkFlow(text).find((each) => each.pointer === pointer);
    return found && `${found.code} ${found.line}:${found.column}`;
  };

  it('is the same with the line ends and the mark of a Windows editor', () => {
    const broken = flowOf('support-desk').replace('"clear": "check-sender"', '"clear": "check-sendr"');
    const pointer = '/nodes/screen/next/clear';
    expect(place(broken, pointer)).toBe('E201 24:89');
    expect(place(windows(broken), pointer)).toBe('E201 24:89');
  });

  it('counts what an editor counts: a character beyond the first 65,536 is two columns', () => {
    const broken = flowOf('two-sites').replace('"route": {', '"route": { "comment": "🙂", "typo": 1,');
    expect(place(broken, '/nodes/route/typo')).toBe('E103 24:33');
  });
});
