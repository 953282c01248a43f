import { D, H, T, V, operators } from './operator';

const start = '  "start": ';

/** What a flow says of itself, of its variables and settings, in the wrong type or out of range. */
export const declared = operators([
  ['E110', 'title-is-empty', D, '"title": "Support desk"', '"title": ""', '/title'],
  ['E110', 'title-is-huge', T, '"title": "Percentage between two sites"', `"title": "${'x'.repeat(201)}"`, '/title'],
  ['E110', 'id-in-capitals', D, '"id": "support-desk"', '"id": "Support Desk"', '/id'],
  ['E110', 'zone-by-offset', H, 'Asia/Hong_Kong', 'GMT+8 (Hong Kong)', '/timezone'],
  ['E110', 'zone-is-a-number', H, '"Asia/Hong_Kong"', '8', '/timezone'],
  ['E110', 'start-is-a-list', D, '"start": "screen"', '"start": ["screen"]', '/start'],
  ['E110', 'on-error-is-nothing', T, '"onError": "triage"', '"onError": null', '/onError'],
  ['E110', 'variable-of-no-type', D, '"type": "integer"', '"type": "int"', '/variables/rings/type'],
  [
    'E110',
    'setting-of-no-type',
    T,
    '"second-site": { "type": "group"',
    '"second-site": { "type": "team"',
    '/settings/second-site/type',
  ],
  ['E110', 'variable-is-a-word', D, '{ "type": "integer", "default": 0 }', '"integer"', '/variables/rings'],
  [
    'E110',
    'variables-are-a-list',
    D,
    '"variables": { "rings": { "type": "integer", "default": 0 } }',
    '"variables": []',
    '/variables',
  ],
  ['E110', 'variable-begins-with-nothing', D, '"default": 0', '"default": null', '/variables/rings/default'],
  ['E110', 'choice-of-nothing', V, '"enum": ["standard", "gold"]', '"enum": []', '/variables/tier/enum'],
  [
    'E110',
    'choice-of-conditions',
    V,
    '"enum": ["standard", "gold"]',
    '"enum": ["standard", true]',
    '/variables/tier/enum/1',
  ],
  [
    'E110',
    'personal-in-words',
    V,
    '"default": "standard"',
    '"default": "standard", "personal": "yes"',
    '/variables/tier/personal',
  ],
  ['E110', 'closed-reply-misspelt', D, '{ "reopenWithin": "14d", "at": "route" }', '"refused"', '/closedReply'],
  ['E110', 'closed-reply-is-no', D, '{ "reopenWithin": "14d", "at": "route" }', 'false', '/closedReply'],
  ['E110', 'idle-close-is-yes', D, start, `  "idleClose": true,\n${start}`, '/idleClose'],
  [
    'E110',
    'idle-close-warns-with-yes',
    D,
    start,
    `  "idleClose": { "warning": true },\n${start}`,
    '/idleClose/warning',
  ],
  [
    'E110',
    'calendar-is-a-list',
    H,
    '"timezone": "Asia/Hong_Kong",',
    '"timezone": "Asia/Hong_Kong", "calendar": ["hong-kong"],',
    '/calendar',
  ],
]);
