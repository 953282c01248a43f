import type { Flow, Json, WebhookNode } from '../flow';
import { evaluationFacts } from '../evaluation';
import { resolveDuration, resolveText } from '../setting-values';
import { ask, has, noteKept, type Turn } from '../engine/run';
import { pointerTo } from '../lint/finding';
import { DONE, type Kind } from './kind';
import { ref, say, slugOrSetting } from './schema-parts';
import { failureWords } from '../webhook/failure';
import { readAnswer, type SavedPlace } from '../webhook/read-answer';

const TIMEOUT_MS = 10_000;
const INTERVAL_MS = 2000;
/** The longest one attempt may take, and the longest pause between two; the course stands still meanwhile. */
export const LONGEST_CALL_MS = 60_000;
export const LONGEST_PAUSE_MS = 300_000;
const words = { type: 'string', maxLength: 500 };

/** `webhook`: asks another system over a named connection and keeps what it answers in variables. */
export const webhook: Kind<WebhookNode> = {
  title: 'Asks another system over a named connection and keeps its answer in variables.',
  properties: {
    connection: say('the name of a connection, such as "crm"', slugOrSetting),
    request: {
      description: 'what to ask: "method" and "path", and where needed "query" or "body"',
      type: 'object',
      properties: {
        method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
        path: say('a path such as "/customers", without "..", "?" and blanks; what is asked stands in "query"', {
          ...words,
          pattern: '^(?!.*/\\.{1,2}(/|$))/([^\\s?#{}]|\\{\\{[^{}]*\\}\\})*$',
        }),
        query: say('names with texts, such as { "email": "{{ contact.email }}" }', {
          type: 'object',
          maxProperties: 50,
          additionalProperties: words,
        }),
        body: { description: 'any JSON; texts in it may hold {{ vars.tier }} and the like' },
      },
      required: ['method', 'path'],
      additionalProperties: false,
    },
    timeout: say('how long one attempt may take, such as "5s"', ref('duration')),
    retry: {
      description: 'how often to try: "maxAttempts", and where needed "interval" and "backoffRate"',
      type: 'object',
      properties: {
        maxAttempts: say('a whole number from 1 to 10', { type: 'integer', minimum: 1, maximum: 10 }),
        interval: ref('duration'),
        backoffRate: say('a number from 1 to 10', { type: 'number', minimum: 1, maximum: 10 }),
      },
      required: ['maxAttempts'],
      additionalProperties: false,
    },
    save: {
      description: 'variables of this flow, each with a JSON pointer into the answer, such as "/tier"',
      type: 'object',
      minProperties: 1,
      maxProperties: 50,
      propertyNames: ref('variableName'),
      additionalProperties: say('a JSON pointer such as "/tier" or "/orders/0/state" ("~" is written "~0")', {
        type: 'string',
        maxLength: 200,
        pattern: '^(/([^/~]|~[01])*)*$',
      }),
    },
  },
  required: ['connection', 'request'],
  outcomes: DONE,
  enter(run, node) {
    const { flow, settings, state, at } = run;
    const connection = resolveText(flow, settings, node.connection);
    if (connection === null) return { turn: 'fail', code: 'no-connection' };
    const { maxAttempts = 1, interval, backoffRate = 1 } = node.retry ?? {};
    const effect = {
      do: 'callWebhook' as const,
      connection,
      request: node.request,
      visit: (state.node !== null && state.visits[state.node]) || 1,
      ...(state.reopened > 0 ? { reopened: state.reopened } : {}),
      timeoutMs: Math.min(resolveDuration(flow, settings, node.timeout, TIMEOUT_MS), LONGEST_CALL_MS),
      retry: {
        maxAttempts,
        intervalMs: Math.min(resolveDuration(flow, settings, interval, INTERVAL_MS), LONGEST_PAUSE_MS),
        backoffRate,
      },
      save: savedPlaces(flow, node),
      facts: evaluationFacts(flow, settings, state, at),
    };
    return ask(run, effect, { on: 'node' });
  },
  resume(run, node, answer) {
    const asked = resolveText(run.flow, run.settings, node.connection) ?? '';
    if (has(answer, 'failed')) return notAnswered(asked, answer.failed);
    const given: unknown = has(answer, 'saved') ? answer.saved : null;
    if (typeof given !== 'object' || given === null) return { turn: 'fail', code: 'unexpected-answer' };
    const all = Object.entries(savedPlaces(run.flow, node));
    // What was saved is an answer of its own, in which each variable stands under its name; personal ones are not in it.
    const open = all.filter(([, { personal }]) => !personal);
    const places = open.map(([name, place]) => [name, { ...place, pointer: pointerTo(name) }] as const);
    const read = readAnswer(asJson(given), Object.fromEntries(places));
    if ('failed' in read) return notAnswered(asked, read.failed);
    run.state.vars = { ...run.state.vars, ...read.saved };
    const kept = all.flatMap(([name, { personal }]) => (personal ? [name] : []));
    const what = `The connection "${asked}" answered.`;
    const detail = { connection: asked, values: read.saved, ...noteKept(run, kept) };
    return { turn: 'outcome', outcome: 'done', what, detail };
  },
};

function savedPlaces({ variables = {} }: Flow, { save = {} }: WebhookNode): Record<string, SavedPlace> {
  const places = Object.entries(save).flatMap(([name, pointer]) => {
    const declared = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!declared) return [];
    const { type, enum: allowed, personal } = declared;
    const more = { ...(allowed ? { enum: allowed } : {}), ...(personal === true ? { personal } : {}) };
    return [[name, { pointer, type, ...more }] as const];
  });
  return Object.fromEntries(places);
}

function notAnswered(connection: string, failed: unknown): Turn {
  if (!has(failed, 'code') || typeof failed.code !== 'string') return { turn: 'fail', code: 'unexpected-answer' };
  const what = `The connection "${connection}" could not be used: ${failureWords({ ...failed, code: failed.code })}.`;
  return { turn: 'fail', code: failed.code, what, detail: { connection, ...failed } };
}

function asJson(value: object): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answers are JSON: they come out of history or a scenario
  return value as Json;
}
