import type { WebhookNode } from '../flow';
import { evaluationFacts } from '../evaluation';
import { resolveDuration, resolveText } from '../setting-values';
import { ask, has } from '../engine/run';
import { DONE, type Kind } from './kind';
import { ref, say, slugOrSetting } from './schema-parts';
import { fits } from './variable-values';

const TIMEOUT_MS = 10_000;
const INTERVAL_MS = 2000;
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
        path: { ...words, pattern: '^/([^\\s?#{}]|\\{\\{[^{}]*\\}\\})*$' },
        query: { type: 'object', maxProperties: 50, additionalProperties: words },
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
        maxAttempts: { type: 'integer', minimum: 1, maximum: 10 },
        interval: ref('duration'),
        backoffRate: { type: 'number', minimum: 1, maximum: 10 },
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
      additionalProperties: { type: 'string', maxLength: 200, pattern: '^(/[^/]*)*$' },
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
      timeoutMs: resolveDuration(flow, settings, node.timeout, TIMEOUT_MS),
      retry: { maxAttempts, intervalMs: resolveDuration(flow, settings, interval, INTERVAL_MS), backoffRate },
      save: node.save ?? {},
      facts: evaluationFacts(flow, settings, state, at),
    };
    return ask(run, effect, { on: 'node' });
  },
  resume(run, node, answer) {
    const saved: unknown = has(answer, 'saved') ? answer.saved : null;
    if (typeof saved !== 'object' || saved === null) return { turn: 'fail', code: 'unexpected-answer' };
    const values: Record<string, string | number | boolean> = {};
    for (const name of Object.keys(node.save ?? {})) {
      const declared = Object.hasOwn(run.flow.variables ?? {}, name) ? run.flow.variables?.[name] : undefined;
      const value: unknown = has(saved, name) ? saved[name] : undefined;
      if (!declared || !fits(declared, value)) {
        return { turn: 'fail', code: 'value-does-not-fit', detail: { variable: name } };
      }
      values[name] = value;
    }
    run.state.vars = { ...run.state.vars, ...values };
    return { turn: 'outcome', outcome: 'done', what: 'The other system answered.', detail: { values } };
  },
};
