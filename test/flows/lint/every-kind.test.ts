import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlow, type Flow, type References } from '../../../flows';

const base = readFileSync(join(__dirname, 'every-kind.json'), 'utf8');
const nodes = (...steps: string[]): string => ['', 'nodes', ...steps].join('/');

const called: Flow = {
  $schema: 'https://ringpost.dev/schema/flow-1.json',
  id: 'tag-intent',
  title: 'Intent',
  start: 'mark',
  nodes: {
    mark: { type: 'tag', add: ['looked-at'], next: 'end' },
    end: { type: 'close', reason: 'done', notify: false },
  },
};

/** All that exists beside the flow. */
const references: References = {
  groups: ['support', 'night', 'triage'],
  templates: ['received', 'idle-warning', 'enquiry-closed', 'enquiry-closed-idle'],
  lists: ['support'],
  connections: ['crm'],
  calendars: ['workspace'],
  flows: ['tag-intent'],
  published: { 'tag-intent': called },
  agents: ['ana'],
  tags: ['urgent', 'billing'],
};

/** One edit: `§` in what is written marks where the finding must stand; without it only code and pointer are held. */
type Edit = [finding: string, from: string | RegExp, to: string];

/** Written from the table of codes before the linter saw them; each is the only fault of its flow. */
const edits: Edit[] = [
  // The text itself.
  ['E101 ', '"title": "Every kind once",', '"title": §\'Every kind once\','],
  ['E101 ', '"timezone": "Europe/Berlin",', '"timezone": "Europe/Berlin",§,'],
  ['E101 ', /\}\n$/, '}\n§// the end\n'],
  ['E101 ', /\}\n$/, '}\n\t§{}'],
  ['E101 ', '"to": 5,', '"to": 0§5,'],
  ['E101 ', '"to": 5,', '"to": §12345678901234567890,'],
  ['E101 ', '"to": 5,', '"to": §1e999,'],
  ['E101 ', '"reason": "resolved"', '"reason": §"resol\nved"'],
  ['E101 ', '"found": "/found" }', '"found": "/found"§, }'],
  ['E102 /title', '"title": "Every kind once",', '"title": "One", §"ti\\u0074le": "Two",'],
  [
    `E102 ${nodes('greet', 'type')}`,
    '"greet": { "type": "auto-reply",',
    '"greet": { "type": "note", §"type": "auto-reply",',
  ],
  [`E102 ${nodes('ask', 'request', 'query', 'a~1b')}`, '"query": {', '"query": { "a/b": "1", §"a\\/b": "2",'],
  // Shape.
  [`E103 ${nodes('ask', 'retry', 'attempts')}`, '"backoffRate": 2 }', '"backoffRate": 2, §"attempts": 4 }'],
  ['E103 /variables/rings/max', '"default": 0 },\n    "found"', '"default": 0, §"max": 3 },\n    "found"'],
  [`E103 ${nodes('look', 'cases', '1', 'else')}`, '"next": "intent" }', '"next": "intent", §"else": "mark" }'],
  ['E104 ', '"start": "screen",\n', ''],
  [`E105 ${nodes('Raise')}`, /"raise"/g, '§"Raise"'],
  [`E105 ${nodes('naïve')}`, /"raise"/g, '§"naïve"'],
  [`E105 ${nodes('constructor')}`, /"raise"/g, '§"constructor"'],
  [`E106 ${nodes('pass-on', 'type')}`, '"type": "forward"', '§"type": "redirect"'],
  [`E106 ${nodes('raise', 'type')}`, '"type": "priority"', '§"type": "Priority"'],
  [
    `E107 ${nodes('serve', 'restartOn', '0')}`,
    '["customer-replied", "agent-replied"]',
    '[§"customer_replied", "agent-replied"]',
  ],
  [`E107 ${nodes('serve', 'for', '1')}`, '"for": ["agent-closed"]', '"for": ["agent-closed", §""]'],
  ['E108 /$schema', 'flow-1.json', 'flow-2.json'],
  [
    `E109 ${nodes('tell')}`,
    '{ "type": "note", "text": "{{ vars.name | somebody }}, {{ vars.tier }}.", "next": "inform" }',
    '{ "type": "note", "next": "inform" }',
  ],
  [`E109 ${nodes('intent')}`, '"type": "subflow", "flow": "tag-intent",', '"type": "subflow",'],
  [`E110 ${nodes('inform', 'to')}`, '"to": "supervisors"', '§"to": {}'],
  [`E110 ${nodes('pass-on', 'to')}`, '"to": ["partner@example.org"]', '§"to": []'],
  [`E110 ${nodes('raise', 'to')}`, '"to": 5', '§"to": 10'],
  [`E110 ${nodes('raise', 'to')}`, '"to": 5', '§"to": 2.5'],
  [`E110 ${nodes('ask', 'request', 'method')}`, '"method": "GET"', '§"method": "get"'],
  [`E110 ${nodes('ask', 'save')}`, '"save": { "tier": "/tier", "name": "/name", "found": "/found" }', '§"save": {}'],
  ['E110 /timezone', '"timezone": "Europe/Berlin"', '§"timezone": "Berlin"'],
  ['E110 /variables/name/personal', '"personal": true', '§"personal": "true"'],
  // Targets and graph.
  ['E201 /closedReply/at', '"at": "by-rule"', '§"at": "by-rul"'],
  ['E201 /onTaken', '"onTaken": "bind"', '§"onTaken": "Bind"'],
  [`E201 ${nodes('ask', 'next', 'error')}`, '"error": "look"', '§"error": "toString"'],
  [`E202 ${nodes('mark')}`, '"flow": "tag-intent", "next": "mark"', '"flow": "tag-intent", "next": "by-rule"'],
  [`E203 ${nodes('by-rule', 'next')}`, '{ "routed": "ring", "unroutable": "left" }', '{ "routed": "ring" }'],
  [
    `E204 ${nodes('raise', 'next', 'accepted')}`,
    '"to": 5, "next": "intent"',
    '"to": 5, "next": { "done": "intent", §"accepted": "mark" }',
  ],
  ['W205 ', '"onError": "left",\n', ''],
  [`E208 ${nodes('serve')}`, '"timeout": "3d",\n      "restartOn"', '"restartOn"'],
  ['E211 ', '"onClosed": "closed",\n', ''],
  // Expressions.
  [
    `E301 ${nodes('mark', 'rules', '0', 'when')}`,
    '{ "matches": [{ "var": "message.text" }, "\\\\b(urgent|asap)\\\\b"] }',
    '{}',
  ],
  [`E302 ${nodes('look', 'cases', '1', 'when')}`, '{ "contains": [', '{ "Contains": ['],
  [
    `E302 ${nodes('again', 'cases', '0', 'when')}`,
    '"when": { "<": [{ "var": "vars.rings" }',
    '§"when": { "==": [{ "var": "vars.rings" }',
  ],
  [
    `E303 ${nodes('again', 'cases', '0', 'when', '<', '1', 'var')}`,
    '"var": "settings.limit"',
    '§"var": "settings.limits"',
  ],
  [`E303 ${nodes('tell', 'text')}`, '{{ vars.tier }}', '{{ vars.teir }}'],
  [`E303 ${nodes('ask', 'save', 'income')}`, '"found": "/found" }', '"found": "/found", §"income": "/income" }'],
  [`E303 ${nodes('ask', 'timeout', 'setting')}`, '"timeout": "5s"', '"timeout": { §"setting": "patienc" }'],
  [
    `E304 ${nodes('machine', 'cases', '0', 'when', 'var')}`,
    '{ "var": "message.automatic" }',
    '{ §"var": { "cat": ["message", ".automatic"] } }',
  ],
  [`E305 ${nodes('look', 'cases', '2', 'when')}`, '{ "<": [8, { "var": "time.hour" }, 18] }', '{ "<": [8] }'],
  [
    `E306 ${nodes('count', 'values', 'rings')}`,
    '"values": { "rings": { "+": [{ "var": "vars.rings" }, 1] } }',
    '"values": { §"rings": "many" }',
  ],
  [
    `E306 ${nodes('look', 'cases', '2', 'when')}`,
    '"when": { "<": [8, { "var": "time.hour" }, 18] }',
    '§"when": { "var": "time.hour" }',
  ],
  ['E306 /variables/rings/default', '"type": "integer", "default": 0', '"type": "integer", §"default": 0.5'],
  ['E307 /variables/tier/default', '"default": "standard" }', '§"default": "silver" }'],
  [
    `E307 ${nodes('whose-turn', 'cases', '0', 'when', '===', '1')}`,
    '{ "var": "enquiry.awaiting" }, "agent"]',
    '{ "var": "enquiry.awaiting" }, §"customer"]',
  ],
  [
    `E308 ${nodes('mark', 'rules', '0', 'when', 'matches', '1')}`,
    '"\\\\b(urgent|asap)\\\\b"]',
    '§{ "var": "message.subject" }]',
  ],
  [`E309 ${nodes('mark', 'rules', '0', 'when', 'matches', '1')}`, '"\\\\b(urgent|asap)\\\\b"]', '§"(urgent"]'],
  [`E310 ${nodes('mark', 'rules', '0', 'when', 'matches', '1')}`, '"\\\\b(urgent|asap)\\\\b"]', '§"(urgent)\\\\1"]'],
  [`E311 ${nodes('mark', 'rules', '0', 'when', 'matches', '1')}`, '"\\\\b(urgent|asap)\\\\b"]', '§"urgent++"]'],
  [
    `W312 ${nodes('look', 'cases', '2', 'when')}`,
    '"when": { "<": [8, { "var": "time.hour" }, 18] }',
    '§"when": { "<": [{ "var": "time.hour" }, 24] }',
  ],
  ['W313 /variables/spare', '"rings": { "type"', '§"spare": { "type": "string", "default": "" }, "rings": { "type"'],
  [
    `E315 ${nodes('count', 'values', 'tier')}`,
    '"values": { "rings"',
    '"values": { §"tier": { "var": "vars.name" }, "rings"',
  ],
  [
    `E306 ${nodes('machine', 'cases', '0', 'when')}`,
    '"when": { "var": "message.automatic" }',
    '"when": [{ "var": "message.automatic" }]',
  ],
  [`E306 ${nodes('look', 'cases', '1', 'when', 'contains', '1')}`, '"ltd"] }', '[7]] }'],
  [`E306 ${nodes('machine', 'cases', '0', 'when')}`, '"when": { "var": "message.automatic" }', '"when": null'],
  [`E110 ${nodes('raise')}`, '"raise": { "type": "priority", "to": 5, "next": "intent" }', '"raise": null'],
  ['E110 /nodes', /"nodes": \{[^]*\}\n\}/, '"nodes": {}\n}'],
  [`E110 ${nodes('ask', 'retry', 'maxAttempts')}`, '"maxAttempts": 3', '"maxAttempts": 0'],
  // Durations, references, limits.
  ['E401 /sla/warnBefore', '"warnBefore": "30m" }', '§"warnBefore": "30 min" }'],
  ['E401 /idleClose/after', '"after": "7d"', '§"after": 7'],
  [`E402 ${nodes('by-rule', 'sticky')}`, '"sticky": "90d"', '§"sticky": "P400D"'],
  [`W403 ${nodes('pause', 'timeout')}`, '"timeout": { "setting": "patience" }', '§"timeout": "5s"'],
  [`E501 ${nodes('ask', 'connection')}`, '"connection": "crm"', '§"connection": "crn"'],
  [`E501 ${nodes('screen', 'lists', '1')}`, '"lists": ["support"]', '"lists": ["support", §"suport"]'],
  [`E501 ${nodes('closed', 'notify')}`, '"notify": "enquiry-closed" }', '§"notify": "enquiry-close" }'],
  [`E501 ${nodes('left', 'to', 'group')}`, '"group": "triage"', '§"group": "triag"'],
  [`E501 ${nodes('inform', 'to', 'agent')}`, '"to": "supervisors"', '"to": { §"agent": "anna" }'],
  [`E501 ${nodes('intent', 'flow')}`, '"flow": "tag-intent"', '§"flow": "tag-intents"'],
  ['E501 /idleClose/warning', '"warning": "idle-warning"', '§"warning": "idle-warnin"'],
  ['E501 /calendar', '"calendar": "workspace"', '§"calendar": "office"'],
  ['E501 /settings/reply/default', '"default": "received"', '§"default": "receive"'],
  [`E601 ${nodes('ask', 'request', 'path')}`, '"path": "/customers"', '§"path": "/customers/{{ contact.name }}"'],
  [`E602 ${nodes('by-rule', 'destinations')}`, '"percent": 30 }', '"percent": 31 }'],
  [
    `E704 ${nodes('mark', 'rules', '0', 'when', 'matches', '1')}`,
    '"\\\\b(urgent|asap)\\\\b"]',
    `§"${'a'.repeat(201)}"]`,
  ],
];

/** Where `§` stands, as editors count: lines from 1, columns in UTF-16 units from 1, a byte order mark not counted. */
function marked(text: string): { text: string; at: string | null } {
  const offset = text.lastIndexOf('§');
  if (offset < 0) return { text, at: null };
  const lines = text.slice(0, offset).replaceAll('§', '').replace('\uFEFF', '').split('\n');
  return { text: text.replaceAll('§', ''), at: `${lines.length}:${(lines.at(-1) ?? '').length + 1}` };
}

const shown = (text: string, at: string | null): string[] =>
  checkFlow(text, references).map(
    ({ code, pointer, line, column }) => `${code} ${pointer}${at === null ? '' : ` ${line}:${column}`}`,
  );

describe('a flow of every kind', () => {
  it('has nothing to be told of', () => expect(checkFlow(base, references)).toEqual([]));

  it.each(edits.map((edit, index) => [`${index + 1} ${edit[0]}`, edit] as const))(
    'broken: %s',
    (_name, [finding, from, to]) => {
      const written = base.replace(from, () => to);
      expect(written).not.toBe(base);
      const { text, at } = marked(written);
      expect(shown(text, at)).toEqual([at === null ? finding : `${finding} ${at}`]);
    },
  );

  it('is told by the words that were written, and by the one that is near', () => {
    const [attempts] = checkFlow(base.replace('"maxAttempts": 3', '"maxAttempts": 11'));
    expect(attempts?.message).toBe('"retry maxAttempts" of the node "ask" must be at most 10.');
    const [type] = checkFlow(base.replace('"type": "integer"', '"type": "int"'));
    expect(type?.message).toBe(
      '"type" of the variable "rings" must be one of "string", "number", "integer", "boolean".',
    );
    const [unavailable] = checkFlow(base.replace('"forward-to-group"', '"forward-to-groups"'));
    expect(unavailable?.suggestion).toBe('Did you mean "forward-to-group"?');
    const [twice] = checkFlow(base.replace('"query": {', '"query": { "a/b": "1", "a\\/b": "2",'));
    expect(twice?.message).toContain('"a/b" stands twice');
  });

  it.each<[string, (text: string) => string]>([
    ['with a byte order mark', (text) => `\uFEFF${text}`],
    ['with lines as Windows ends them', (text) => text.replaceAll('\n', '\r\n')],
    ['indented by tabs', (text) => text.replaceAll(/^( {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2))],
    ['in one line', (text) => text.replaceAll(/\n */g, ' ')],
    ['behind letters of two units', (text) => text.replace('"title": "Every kind once",\n ', '"title": "😀 Ü 漢字",')],
  ])('tells the same, where it stands then: %s', (_name, change) => {
    const broken = base.replace('"timezone": "Europe/Berlin"', '§"timezone": "Berlin"').replace('"to": 5', '"to": 10');
    const { text, at } = marked(change(broken));
    const [first, second, ...others] = checkFlow(text);
    expect(`${first?.code} ${first?.pointer} ${first?.line}:${first?.column}`).toBe(`E110 /timezone ${at}`);
    expect(second).toMatchObject({ code: 'E110', pointer: '/nodes/raise/to' });
    expect(others).toEqual([]);
  });
});
