import { fillPlaces, storePlaces, type EvaluationFacts, type Value } from '../../flows';
import { placeholdersOf } from '../../flows/placeholders';
import { aMessage } from './play';

const known: EvaluationFacts = {
  at: Date.UTC(2026, 0, 5, 9),
  timezone: 'UTC',
  calendar: null,
  channelId: 'support',
  message: aMessage(),
  vars: { tier: 'gold', empty: '' },
  settings: { town: 'Berlin' },
  enquiry: { id: 'e-1', tags: ['a', 'b'], priority: 3, awaiting: 'agent', reopened: false, disposition: '' },
  group: null,
};
const store = new Map<string, Value>([
  ['contact.name', 'Ann'],
  ['contact.tags', []],
  ['message.to', ['x@a.example', 'y@a.example']],
]);
const fill = (text: string): string => fillPlaces(text, known, (path) => store.get(path));

describe('the places of a text', () => {
  it.each([
    ['Dear {{ contact.name }}!', 'Dear Ann!'],
    ['{{vars.tier}}{{ settings.town }}', 'goldBerlin'],
    ['{{ enquiry.priority }} {{ enquiry.reopened }}', '3 false'],
    ['{{ enquiry.tags }}: {{ message.to }}', 'a, b: x@a.example, y@a.example'],
    ['{{ vars.empty | none }}, {{ contact.tags | nobody }}', 'none, nobody'],
    ['{{ contact.email }}|{{ nothing | a | b }}', '|a | b'],
    ['{{ constructor }}{{ __proto__ }}{{ vars.constructor }}', ''],
    ['{ not a place } {{}} {{ open', '{ not a place }  {{ open'],
  ])('%s gives %s', (text, filled) => {
    expect(fill(text)).toBe(filled);
  });

  it('are read with their words for nothing', () => {
    expect(placeholdersOf('{{ a.b | c }} {{d}}')).toEqual([
      { path: 'a.b', otherwise: 'c' },
      { path: 'd', otherwise: '' },
    ]);
  });

  it('that only the store knows are told, each once', () => {
    expect(storePlaces('{{ contact.name }} {{ contact.name }} {{ vars.tier }} {{ message.subject }}')).toEqual([
      'contact.name',
      'message.subject',
    ]);
  });
});
