import type { Flow, SettingDeclaration, VariableDeclaration } from './flow';

/** Types of values in conditions; `instant` is local time as text, `2026-10-05T14:30`. */
export type ValueType = 'boolean' | 'number' | 'text' | 'texts' | 'instant';

/** One thing a condition may read. */
export interface Fact {
  type: ValueType;
  /** Personal values never enter workflow history: what reads them runs next to the store. */
  personal: boolean;
  /** `run`: known in the enquiry's state; `store`: looked up when asked. */
  source: 'run' | 'store';
  /** What it is, for the console and the docs. */
  title: string;
  /** Every value it may have, where these are few. */
  values?: readonly (string | number)[];
}

const run = (type: ValueType, title: string, values?: readonly (string | number)[]): Fact => ({
  type,
  personal: false,
  source: 'run',
  title,
  ...(values ? { values } : {}),
});
const store = (type: ValueType, title: string): Fact => ({ type, personal: false, source: 'store', title });
const personal = (type: ValueType, title: string): Fact => ({ type, personal: true, source: 'store', title });

const AUTHENTICATION = ['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror', 'policy'];

/** Everything conditions and `{{ }}` may read besides `vars.NAME` and `settings.NAME`. */
export const facts: Readonly<Record<string, Fact>> = {
  'message.subject': personal('text', 'Subject of the mail'),
  'message.text': personal('text', 'Text of the mail without what it quotes'),
  'message.from.address': personal('text', "Sender's address"),
  'message.from.name': personal('text', "Sender's name"),
  'message.from.domain': run('text', "Domain of the sender's address"),
  'message.to': personal('texts', 'Addresses in To'),
  'message.cc': personal('texts', 'Addresses in Cc'),
  'message.automatic': run('boolean', 'Written by a machine: an out-of-office note, a list, a bounce'),
  'message.language': run('text', 'Language of the mail, such as "en"; empty when it could not be told'),
  'message.attachments.count': run('number', 'How many attachments the mail has'),
  'message.attachments.names': personal('texts', 'File names of the attachments'),
  'message.spf': run('text', 'What SPF said about the sending server', AUTHENTICATION),
  'message.dkim': run('text', 'What DKIM said about the signature', AUTHENTICATION),
  'message.dmarc': run('text', 'What DMARC said about the sender', AUTHENTICATION),
  'message.size': run('number', 'Bytes of the mail'),
  'contact.known': store('boolean', 'The contact had an enquiry before'),
  'contact.email': personal('text', "The contact's address"),
  'contact.name': personal('text', "The contact's name"),
  'contact.tags': store('texts', 'Tags of the contact'),
  'contact.owner': store('text', 'Agent who owns the contact; empty when nobody does'),
  'account.owner': store('text', "Agent who owns the contact's company; empty when nobody does"),
  'channel.id': run('text', 'Name of the channel the mail came to'),
  'channel.address': store('text', 'Address of the channel the mail came to'),
  'enquiry.id': run('text', "The enquiry's id"),
  'enquiry.number': store('number', "The enquiry's number"),
  'enquiry.tags': run('texts', 'Tags of the enquiry'),
  'enquiry.priority': run('number', 'Priority of the enquiry; higher is served first'),
  'enquiry.awaiting': run('text', 'Whose turn it is', ['agent', 'contact']),
  'enquiry.reopened': run('boolean', 'The enquiry was closed and opened again'),
  'enquiry.disposition': run('text', 'What the agent chose when closing; empty before'),
  'engagement.bound': store('boolean', 'The contact is bound to an agent on this channel'),
  'engagement.agent': store('text', 'The agent the contact is bound to; empty when none'),
  'engagement.agentAvailable': store('boolean', 'The contact is bound to an agent, and he is there, be he busy'),
  'time.now': run('instant', 'Date and time in the time zone of the flow, such as "2026-10-05T14:30"'),
  'time.hour': run('number', 'Hour of the day, 0 to 23, in the time zone of the flow'),
  'time.weekday': run('text', 'Day of the week', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
  'time.open': store('boolean', 'The calendar of the flow is open now; "workspace" where it names none'),
  'group.available': store('number', 'Agents of the routed group who are available'),
  'group.waiting': store('number', 'Enquiries in line for the routed group'),
};

/** The fact behind a path, `vars.*` and `settings.*` of this flow included; null when there is none. */
export function factOf(flow: Pick<Flow, 'variables' | 'settings'>, path: string): Fact | null {
  if (Object.hasOwn(facts, path)) return facts[path] ?? null;
  const dot = path.indexOf('.');
  const [root, name] = [path.slice(0, dot), path.slice(dot + 1)];
  if (root === 'vars' && flow.variables && Object.hasOwn(flow.variables, name)) {
    return variableFact(name, flow.variables[name]);
  }
  if (root === 'settings' && flow.settings && Object.hasOwn(flow.settings, name)) {
    return settingFact(flow.settings[name]);
  }
  return null;
}

/** Every path this flow may read, for the console and for "did you mean". */
export function pathsOf(flow: Pick<Flow, 'variables' | 'settings'>): string[] {
  return [
    ...Object.keys(facts),
    ...Object.keys(flow.variables ?? {}).map((name) => `vars.${name}`),
    ...Object.keys(flow.settings ?? {}).map((name) => `settings.${name}`),
  ];
}

function variableFact(name: string, declared: VariableDeclaration | undefined): Fact | null {
  if (!declared) return null;
  const type = declared.type === 'boolean' ? 'boolean' : declared.type === 'string' ? 'text' : 'number';
  const title = `Variable "${name}" of the flow`;
  if (declared.personal !== true) return run(type, title, declared.enum);
  return { ...personal(type, title), ...(declared.enum ? { values: declared.enum } : {}) };
}

function settingFact(declared: SettingDeclaration | undefined): Fact | null {
  if (!declared) return null;
  const type = declared.type === 'boolean' ? 'boolean' : declared.type === 'number' ? 'number' : 'text';
  return run(type, declared.title, declared.enum);
}
