import type { Flow } from '../../flows';

/** A flow that asks who writes, keeps it in personal variables, decides by them and writes them into notes. */
export const personalFlow: Flow = {
  $schema: 'https://ringpost.dev/schema/flow-1.json',
  id: 'who-writes',
  title: 'Who writes',
  timezone: 'UTC',
  variables: {
    name: { type: 'string', default: 'customer', personal: true },
    income: { type: 'number', default: 0, personal: true },
    'first-line': { type: 'string', default: '', personal: true },
    tier: { type: 'string', enum: ['standard', 'gold'], default: 'standard' },
  },
  start: 'ask',
  onError: 'missed',
  onTaken: 'missed',
  onClosed: 'done',
  nodes: {
    ask: {
      type: 'webhook',
      connection: 'crm',
      request: { method: 'GET', path: '/customers', query: { email: '{{contact.email}}' } },
      save: { name: '/name', income: '/income', tier: '/tier' },
      next: { done: 'keep', error: 'missed' },
    },
    keep: {
      type: 'set',
      values: { 'first-line': { cat: [{ var: 'vars.name' }, ': ', { var: 'message.subject' }] } },
      next: 'decide',
    },
    decide: {
      type: 'switch',
      cases: [
        { when: { contains: [{ var: 'vars.first-line' }, 'invoice'] }, next: 'rich' },
        { when: { '===': [{ var: 'vars.tier' }, 'gold'] }, next: 'missed' },
      ],
      default: 'missed',
    },
    rich: { type: 'tag', rules: [{ when: { '>': [{ var: 'vars.income' }, 5000] }, add: ['rich'] }], next: 'tell' },
    tell: { type: 'note', text: '{{ vars.name }} earns {{ vars.income }}.', next: 'missed' },
    missed: { type: 'wait', for: ['agent-closed'], timeout: '1d', next: { 'agent-closed': 'done', timeout: 'done' } },
    done: { type: 'close', reason: 'resolved', notify: false },
  },
};
