import type { Flow, VariableDeclaration } from '../flow';
import { isPersonal } from '../personal';
import type { Answer, Effect, EnquiryState } from '../state';

/** As many agents are asked in one round as it takes to see that the round goes on. */
const AGENTS_ASKED = 2;

/** Every answer that leads a course somewhere else than another does. */
export function answersTo(flow: Flow, effect: Effect, state: EnquiryState): Answer[] {
  switch (effect.do) {
    case 'checkBlocklist':
      return [{ blocked: true }, { blocked: false }];
    case 'evaluateConditions':
      return evaluations(flow, effect, state);
    case 'reserveAgent':
      return [
        ...offers(state, (agent) => ({ reserved: agent, decision: 'walk', until: effect.until })),
        ...(effect.offlineAgents && effect.offlineAgents !== 'skip'
          ? [{ assigned: 'agent-offline', decision: 'walk' }]
          : []),
        ...nobody(state),
      ];
    case 'offerToAll':
      return [...offers(state, (agent) => ({ ringing: [agent, `${agent}-too`], decision: 'walk' })), ...nobody(state)];
    case 'reserveFor':
      return [
        { reserved: effect.agent, decision: 'walk', until: 0 },
        { nobody: 'full', decision: 'walk' },
      ];
    case 'queueMail':
    case 'forwardMail':
      return [{ queued: 'outbox' }, { suppressed: 'walked' }];
    case 'queueReply':
      return [{ queued: 'outbox' }];
    case 'lookAtCalendars':
      return openings(effect.calendars);
    case 'findEngaged':
      return [
        { engaged: 'bound', available: true },
        { engaged: null, available: false },
      ];
    case 'callWebhook':
      return others(flow, openOnes(flow, Object.keys(effect.save))).map((saved) => ({ saved }));
    default:
      return [{ done: true }];
  }
}

/** All closed, and each open beside the others closed: the first that is open is taken. */
function openings(calendars: string[]): Answer[] {
  const only = (open: string | null): Answer => ({
    calendars: Object.fromEntries(calendars.map((name) => [name, { open: name === open }])),
  });
  return [only(null), ...calendars.map(only)];
}

/** Nobody is left to ask only after somebody was asked. */
function nobody({ asked }: EnquiryState): Answer[] {
  const words = asked.length > 0 ? (['asked', 'full', 'offline'] as const) : (['full', 'offline'] as const);
  return words.map((word) => ({ nobody: word, decision: 'walk' }));
}

function offers({ asked, assignee }: EnquiryState, answer: (agent: string) => Answer): Answer[] {
  const count = asked.filter((agent) => agent !== assignee).length;
  return count < AGENTS_ASKED ? [answer(`agent-${count + 1}`)] : [];
}

function evaluations(
  flow: Flow,
  { expressions, mode }: Extract<Effect, { do: 'evaluateConditions' }>,
  { node }: EnquiryState,
): Answer[] {
  const indexes = expressions.map((_, index) => index);
  if (mode === 'first') return [-1, ...indexes].map((index) => ({ index }));
  if (mode === 'all') {
    const each = indexes.map((index) => indexes.map((other) => other === index));
    return [indexes.map(() => false), indexes.map(() => true), ...each].map((matches) => ({ matches }));
  }
  const set = node === null ? undefined : flow.nodes[node];
  const names = set?.type === 'set' ? Object.keys(set.values) : [];
  const open = openOnes(flow, names);
  return others(flow, open).map((values) => ({ values: names.map((name) => values[name] ?? null) }));
}

/** Without personal variables: whatever reads them is asked about, and may be answered in any way. */
function openOnes(flow: Flow, names: string[]): string[] {
  return names.filter((name) => !isPersonal(flow, name));
}

/** Values for these variables: all as declared, and each once as every other value that matters. */
function others(flow: Flow, names: string[]): Record<string, string | number | boolean>[] {
  const declared = names.flatMap((name) => {
    const variable = flow.variables?.[name];
    return variable ? [{ name, variable }] : [];
  });
  const plain = Object.fromEntries(declared.map(({ name, variable }) => [name, variable.default]));
  const changed = declared.flatMap(({ name, variable }) =>
    otherValues(variable).map((value) => ({ ...plain, [name]: value })),
  );
  return [plain, ...changed];
}

function otherValues({ type, enum: allowed, default: value }: VariableDeclaration): (string | number | boolean)[] {
  if (allowed) return allowed.filter((each) => each !== value);
  if (type === 'boolean') return [value !== true];
  return type === 'string' ? [`${String(value)}?`] : [Number(value) + 1, Number(value) - 1];
}
