import type { Expression, Flow, SettingValues } from './flow';
import type { Answer, EnquiryState, EvaluationFacts, Instant, ReadValues, TemplateFacts } from './state';
import { evaluate, pathsRead, type Read, type Value } from './expression';
import { facts as allFacts } from './facts';
import { localTime } from './local-time';
import { keptName, keptVariables } from './personal';
import { allSettings } from './setting-values';
import { timezoneAt } from './subflows/parts';

/** How the expressions of one effect are asked: the first true one, each as a condition, or their values. */
export type EvaluationMode = 'first' | 'all' | 'values';

/** The answer of an evaluation, or the fault that stopped it. */
export type EvaluationResult =
  Extract<Answer, { index: number } | { matches: boolean[] } | { values: unknown[] }> | { fault: string };

/** The facts that travel with an evaluation: everything conditions may read that the enquiry's state knows. */
export function evaluationFacts(
  flow: Flow,
  settings: SettingValues,
  state: EnquiryState,
  at: Instant,
): EvaluationFacts {
  return {
    at,
    timezone: timezoneAt(flow, state.node),
    calendar: flow.calendar ?? null,
    channelId: state.channelId,
    message: state.message,
    vars: state.vars,
    ...keptVariables(flow, state),
    settings: allSettings(flow, settings),
    enquiry: {
      id: state.enquiryId,
      tags: state.tags,
      priority: state.priority,
      awaiting: state.awaiting,
      reopened: state.reopened > 0,
      disposition: state.disposition ?? '',
    },
    group: state.group,
  };
}

/** The facts that travel with a mail from a template, as a part of its effect; none where the flow has no names of its own. */
export function templateFacts(flow: Flow, settings: SettingValues, state: EnquiryState): { facts?: TemplateFacts } {
  const names = [flow.variables ?? {}, flow.settings ?? {}].flatMap(Object.keys);
  if (names.length === 0) return {};
  return { facts: { vars: state.vars, ...keptVariables(flow, state), settings: allSettings(flow, settings) } };
}

/**
 * The name under which a place of a template is read at a node: in a flow that another calls, its own variables and
 * settings stand behind the caller's node (`vars.look/tier`). Null for what those facts do not hold.
 */
export function pathInTemplate(
  { vars, settings, personal = {} }: TemplateFacts,
  path: string,
  node: string,
): string | null {
  const dot = path.indexOf('.');
  const [root, name] = [path.slice(0, dot), path.slice(dot + 1)];
  const known = root === 'vars' ? { ...vars, ...personal } : root === 'settings' ? settings : {};
  const inside = `${node.slice(0, node.lastIndexOf('/') + 1)}${name}`;
  const found = [inside, name].find((each) => Object.hasOwn(known, each));
  return found === undefined ? null : `${root}.${found}`;
}

/** Reads the facts of source `run`; undefined for those of the store, so that a reader of the store stands behind it. */
export function readRunFact(known: EvaluationFacts, path: string): Value | undefined {
  const reader = Object.hasOwn(RUN_FACTS, path) ? RUN_FACTS[path] : undefined;
  if (reader) return reader(known);
  const dot = path.indexOf('.');
  const name = path.slice(dot + 1);
  const values = path.startsWith('vars.') ? known.vars : path.startsWith('settings.') ? known.settings : {};
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** True for what only the store knows; what is personal is among it. */
export function isInStore(path: string, known: Pick<EvaluationFacts, 'personal'>): boolean {
  if (keptName(known, path) !== null) return true;
  return Object.hasOwn(allFacts, path) && allFacts[path]?.source === 'store';
}

/** The paths of these expressions that must be looked up in the store, each once. */
export function storePaths(
  expressions: readonly Expression[],
  known: Pick<EvaluationFacts, 'personal'> = {},
): string[] {
  const paths = new Set(expressions.flatMap((expression) => pathsRead(expression)));
  return [...paths].filter((path) => isInStore(path, known));
}

/**
 * Answers the effect `evaluateConditions`. `read` gives what `storePaths` named; run facts are read from `known`.
 * Stops at the first fault, as an answer that is half computed would send an enquiry the wrong way.
 */
export function evaluateAll(
  expressions: readonly Expression[],
  mode: EvaluationMode,
  known: EvaluationFacts,
  read: Read,
): EvaluationResult {
  const seen = new Map<string, Value>();
  const readAll: Read = (path) => {
    const value = readRunFact(known, path) ?? read(path);
    if (value !== undefined) seen.set(path, value);
    return value;
  };
  const values: Value[] = [];
  for (const [index, expression] of expressions.entries()) {
    const result = evaluate(expression, readAll);
    if (!result.ok) return { fault: result.fault };
    if (mode !== 'values' && typeof result.value !== 'boolean') return { fault: 'a condition is not true or false' };
    if (mode === 'first' && result.value === true) return { index, ...told(seen, known) };
    values.push(result.value);
  }
  if (mode === 'first') return { index: -1, ...told(seen, known) };
  if (mode === 'all') return { matches: values.map((value) => value === true), ...told(seen, known) };
  const plain = values.filter((value) => value !== null && typeof value !== 'object');
  return plain.length === values.length
    ? { values: plain, ...told(seen, known) }
    : { fault: 'a variable takes no list and no null' };
}

/** Most values, longest text and most items of a list that the story keeps of one evaluation. */
const MOST_READ = 20;
const LONGEST_READ = 100;
const MOST_ITEMS = 20;

/** What was read, without what is personal; nothing where nothing is left. */
function told(seen: ReadonlyMap<string, Value>, known: EvaluationFacts): { read?: ReadValues } {
  const open = [...seen].filter(([path]) => !isPersonalPath(path, known));
  const read: ReadValues = {};
  for (const [path, value] of open.slice(0, MOST_READ)) {
    if (Array.isArray(value)) read[path] = value.slice(0, MOST_ITEMS).map((each) => cut(String(each)));
    else if (value !== null) read[path] = typeof value === 'string' ? cut(value) : value;
  }
  return Object.keys(read).length > 0 ? { read } : {};
}

/** True for a path behind which something personal stands. */
export function isPersonalPath(path: string, known: Pick<EvaluationFacts, 'personal'>): boolean {
  return keptName(known, path) !== null || (Object.hasOwn(allFacts, path) && allFacts[path]?.personal === true);
}

const cut = (text: string): string => (text.length > LONGEST_READ ? `${text.slice(0, LONGEST_READ)}…` : text);

const RUN_FACTS: Record<string, (known: EvaluationFacts) => Value> = {
  'message.from.domain': ({ message }) => message.fromDomain,
  'message.automatic': ({ message }) => message.automatic,
  'message.language': ({ message }) => message.language,
  'message.attachments.count': ({ message }) => message.attachmentCount,
  'message.spf': ({ message }) => message.spf,
  'message.dkim': ({ message }) => message.dkim,
  'message.dmarc': ({ message }) => message.dmarc,
  'message.size': ({ message }) => message.size,
  'channel.id': ({ channelId }) => channelId,
  'enquiry.id': ({ enquiry }) => enquiry.id,
  'enquiry.tags': ({ enquiry }) => enquiry.tags,
  'enquiry.priority': ({ enquiry }) => enquiry.priority,
  'enquiry.awaiting': ({ enquiry }) => enquiry.awaiting,
  'enquiry.reopened': ({ enquiry }) => enquiry.reopened,
  'enquiry.disposition': ({ enquiry }) => enquiry.disposition,
  'time.now': ({ at, timezone }) => localTime(at, timezone).text,
  'time.hour': ({ at, timezone }) => localTime(at, timezone).hour,
  'time.weekday': ({ at, timezone }) => localTime(at, timezone).weekday,
};
