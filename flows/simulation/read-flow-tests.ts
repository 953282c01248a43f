import { durationMs } from '../duration';
import { facts as known } from '../facts';
import { readHours } from '../hours';
import { isTimezone } from '../local-time';
import { suggest } from '../lint/suggest';
import { areTexts, isObject } from './is-object';
import { agentsFault } from './read-given-agents';
import { readLine } from './scenario';
import type { MessageFacts } from '../state';
import type { FlowTests } from './flow-test';

/** The tests a text holds, or why it holds none, as a sentence. */
export type ReadTests = { tests: FlowTests } | { fault: string };

const MOST_TESTS = 500;
const GIVEN = ['mail', 'at', 'enquiry', 'channel', 'message', 'facts', 'settings', 'agents', 'calendars'];
const EXPECTED = ['path', 'tags', 'variables', 'mails', 'ending', 'assignee', 'group', 'priority', 'rest', 'elapsed'];

/** Reads the file beside a flow. It comes from people, so every place is looked at before anything is played. */
export function readFlowTests(text: string): ReadTests {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `It is not JSON: ${error instanceof Error ? error.message : 'fault'}.` };
  }
  if (!isObject(value) || !Array.isArray(value['tests'])) {
    return { fault: 'It holds no tests: { "tests": [{ "title": …, "expect": { … } }] } is expected.' };
  }
  const tests: unknown[] = value['tests'];
  if (tests.length > MOST_TESTS) return { fault: `It holds ${tests.length} tests; ${MOST_TESTS} are the most.` };
  for (const [index, test] of tests.entries()) {
    const wrong = wrongIn(test);
    if (wrong !== null) return { fault: `Test ${index + 1} ${wrong}${wrong.endsWith('?') ? '' : '.'}` };
  }
  // Every place that is played was looked at above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { tests: { tests: tests as FlowTests['tests'] } };
}

function wrongIn(test: unknown): string | null {
  if (!isObject(test)) return 'is no object';
  const { title, given, answers, expect } = test;
  if (typeof title !== 'string' || title.trim() === '') return 'has no "title"';
  if (!isObject(expect)) return `("${title}") has no "expect"`;
  const strange =
    unknownIn(test, ['title', 'given', 'answers', 'expect'], 'A test') ??
    unknownIn(given, GIVEN, '"given"') ??
    unknownIn(expect, EXPECTED, '"expect"') ??
    givenFault(given) ??
    answersFault(answers) ??
    expectFault(expect);
  return strange === null ? null : `("${title}") ${strange}`;
}

function unknownIn(value: unknown, names: string[], place: string): string | null {
  const name = isObject(value) ? Object.keys(value).find((each) => !names.includes(each)) : undefined;
  return name === undefined ? null : `has "${name}", which no test has. ${place} may hold: ${names.join(', ')}`;
}

function givenFault(given: unknown): string | null {
  if (given === undefined) return null;
  if (!isObject(given)) return 'has a "given" that is no object';
  const { mail, at, enquiry, channel, message, facts, settings } = given;
  if (mail !== undefined && (typeof mail !== 'string' || !/\.eml$/i.test(mail)))
    return 'has a "mail" that is no .eml file beside the tests, such as "late.eml"';
  if (at !== undefined && (typeof at !== 'string' || Number.isNaN(Date.parse(at))))
    return 'has an "at" that is no time';
  if (![enquiry, channel].every((each) => each === undefined || typeof each === 'string')) {
    return 'has an id that is no text';
  }
  if (![message, facts, settings].every((each) => each === undefined || isObject(each))) {
    return 'gives "message", "facts" or "settings" that are no objects';
  }
  const unlike = isObject(message) ? messageFault(message) : null;
  if (unlike !== null) return unlike;
  const values = Object.values({ ...(isObject(message) ? message : {}), ...(isObject(settings) ? settings : {}) });
  if (!values.every(isPlain)) return 'gives a value that is neither text, number, true nor false';
  const calendar = calendarsFault(given['calendars']) ?? agentsFault(given['agents']);
  if (calendar !== null) return calendar;
  const strange = Object.keys(isObject(facts) ? facts : {}).find((path) => !Object.hasOwn(known, path));
  if (strange !== undefined) {
    return `gives the fact "${strange}", and there is none of that name. ${suggest(strange, Object.keys(known)) ?? ''}`.trimEnd();
  }
  const wrong = Object.entries(isObject(facts) ? facts : {}).find(([, each]) => !isPlain(each) && !areTexts(each));
  return wrong ? `gives "${wrong[0]}" a value that no fact has` : null;
}

/** What a test may say of the mail beside `facts`; no course heeds a mail of a side thread. */
const MESSAGE: Readonly<Record<Exclude<keyof MessageFacts, 'side'>, 'string' | 'boolean' | 'number'>> = {
  id: 'string',
  kind: 'string',
  automatic: 'boolean',
  fromDomain: 'string',
  language: 'string',
  attachmentCount: 'number',
  size: 'number',
  spf: 'string',
  dkim: 'string',
  dmarc: 'string',
  participant: 'boolean',
  spam: 'boolean',
};
const TYPES = { string: 'a text', boolean: 'true or false', number: 'a number' };

function messageFault(message: Record<string, unknown>): string | null {
  const types = new Map<string, keyof typeof TYPES>(Object.entries(MESSAGE));
  for (const [name, value] of Object.entries(message)) {
    const type = types.get(name);
    if (type === undefined) {
      const hint = suggest(name, types.keys()) ?? `It may hold: ${[...types.keys()].join(', ')}`;
      return `gives the "message" a "${name}", and there is none of that name. ${hint}`;
    }
    if (typeof value !== type) return `gives the "message" a "${name}" that is not ${TYPES[type]}`;
  }
  return null;
}

function calendarsFault(calendars: unknown): string | null {
  if (calendars === undefined) return null;
  if (!isObject(calendars)) return 'gives "calendars" that are no object';
  for (const [name, calendar] of Object.entries(calendars)) {
    if (!isObject(calendar)) return `gives the calendar "${name}" as no object`;
    const { timezone, hours, holidays } = calendar;
    if (typeof timezone !== 'string' || !isTimezone(timezone))
      return `gives the calendar "${name}" without a time zone`;
    if (typeof hours !== 'string' || readHours(hours) === null)
      return `gives the calendar "${name}" without "hours" such as "mon-fri 09:00-18:00"`;
    if (!Array.isArray(holidays) || !holidays.every((each) => isObject(each) && areTexts([each['date'], each['name']])))
      return `gives the calendar "${name}" without "holidays", a list of { "date": "2026-12-25", "name": "Christmas" }`;
  }
  return null;
}

function answersFault(answers: unknown): string | null {
  if (answers === undefined) return null;
  if (!isObject(answers)) return 'has "answers" that are no object';
  for (const [node, visits] of Object.entries(answers)) {
    if (!Array.isArray(visits)) return `has answers at "${node}" that are no list`;
    for (const visit of visits as unknown[]) {
      if (isObject(visit)) continue;
      const lines = typeof visit === 'string' ? [visit] : visit;
      if (!areTexts(lines)) return `has an answer at "${node}" that is no text`;
      const unread = lines.find((line) => readLine(line) === null);
      if (unread !== undefined) return `has the answer "${unread}" at "${node}", which cannot be read`;
    }
  }
  return null;
}

function expectFault(expect: Record<string, unknown>): string | null {
  const { path, tags, mails, variables, ending, assignee, group, priority, rest, elapsed } = expect;
  if (![path, tags, mails].every((each) => each === undefined || areTexts(each))) {
    return 'expects a "path", "tags" or "mails" that are no lists of texts';
  }
  if (variables !== undefined && !isObject(variables)) return 'expects "variables" that are no object';
  if (![ending, elapsed, rest].every((each) => each === undefined || typeof each === 'string')) {
    return 'expects an "ending", "elapsed" or "rest" that is no text';
  }
  if (typeof elapsed === 'string' && elapsed !== '0s' && durationMs(elapsed) === null) {
    return `expects "elapsed" to be "${elapsed}", which is no duration; write "121h" or "P5DT1H"`;
  }
  if (priority !== undefined && typeof priority !== 'number') return 'expects a "priority" that is no number';
  return [assignee, group].every((each) => each === undefined || each === null || typeof each === 'string')
    ? null
    : 'expects an "assignee" or a "group" that is no id';
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
