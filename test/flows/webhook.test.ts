import { fillRequest, readAnswer, requestPlaces, type EvaluationFacts, type WebhookRequest } from '../../flows';
import { answerWith } from '../../flows/webhook/answer-with';
import type { SavedPlace } from '../../flows/webhook/read-answer';
import { unchecked } from './unchecked';

const known = unchecked<EvaluationFacts>({
  vars: { id: 'a b/c', climb: '../admin', dots: '..' },
  settings: { site: 'hk' },
  enquiry: { id: 'e-1', tags: [], priority: 3 },
});
const personal: Record<string, string> = { 'contact.email': 'mia@example.org', 'contact.name': 'Mia Miller' };
const fill = (request: Partial<WebhookRequest>) =>
  fillRequest({ method: 'POST', path: '/', ...request }, known, (path) => personal[path]);

describe('a request of a webhook', () => {
  it('names what must be read in the store, wherever it stands, once', () => {
    const request: WebhookRequest = {
      method: 'POST',
      path: '/x/{{ vars.id }}',
      query: { a: '{{contact.email}}' },
      body: { deep: [{ deeper: 'Dear {{ contact.name | customer }}, {{contact.email}}' }, 7, null, true] },
    };
    expect(requestPlaces(request).toSorted()).toEqual(['contact.email', 'contact.name']);
  });

  it('is filled as each place wants it', () => {
    const filled = fill({
      path: '/customers/{{ vars.id }}/of/{{settings.site}}',
      query: { email: '{{contact.email}}', none: '{{ contact.tags | nobody }}' },
      body: {
        who: 'Dear {{contact.name}}',
        number: 7,
        list: ['{{enquiry.priority}}', null],
        site: { setting: 'site' },
        gone: { setting: 'gone' },
      },
    });
    expect(filled).toEqual({
      request: {
        method: 'POST',
        path: '/customers/a%20b%2Fc/of/hk',
        query: { email: 'mia@example.org', none: 'nobody' },
        body: { who: 'Dear Mia Miller', number: 7, list: ['3', null], site: 'hk', gone: null },
      },
      personal: ['mia@example.org', 'Mia Miller'],
    });
  });

  it('holds half a character of an odd mail as one that nobody can read', () => {
    personal['message.subject'] = 'a\uD800b\u{1F600}';
    expect(fill({ path: '/{{message.subject}}' })?.request.path).toBe('/a%EF%BF%BDb%F0%9F%98%80');
  });

  it.each(['/{{vars.dots}}', '/a/{{vars.climb}}/b', '/a/../b', '/a/%2e%2E/b', '/.', '/a\\..\\b'])(
    'does not climb: %s',
    (path) => expect(fill({ path })).toBeNull(),
  );
});

describe('the smallest answer that gives recorded values', () => {
  it.each<[Record<string, string>, Record<string, string | number | boolean>]>([
    [{ tier: '/tier' }, { tier: 'gold' }],
    [
      { tier: '/customer/tiers/0', open: '/customer/orders/open', odd: '/a~1b' },
      { tier: 'gold', open: 3, odd: true },
    ],
    [{ it: '/__proto__/x' }, { it: 'safe' }],
    [{}, {}],
  ])('%o', (save, values) => {
    const places = Object.entries(save).map(([name, pointer]) => {
      const type = typeof values[name] as SavedPlace['type'];
      return [name, { pointer, type }] as const;
    });
    expect(readAnswer(answerWith(save, values), Object.fromEntries(places))).toEqual({ saved: values });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('the answer of another system', () => {
  const text: SavedPlace = { pointer: '/a', type: 'string' };
  const listed: SavedPlace = { pointer: '/a', type: 'string', enum: ['gold', 'mia@example.org'] };

  it.each([
    ['/customer/tier', 'gold'],
    ['/list/1/tier', 'standard'],
    ['/odd~1na~0me', 'odd'],
    ['/', 'empty'],
  ])('is read at the pointer %s', (pointer, value) => {
    const answer = {
      customer: { tier: 'gold' },
      list: [{ tier: 'gold' }, { tier: 'standard' }],
      'odd/na~me': 'odd',
      '': 'empty',
    };
    expect(readAnswer(answer, { it: { pointer, type: 'string' } })).toEqual({ saved: { it: value } });
  });

  it('may be one value', () => {
    expect(readAnswer(7, { it: { pointer: '', type: 'integer' } })).toEqual({ saved: { it: 7 } });
  });

  it.each(['/b', '/list/01', '/list/length', '/list/-1', '/constructor', '/a/0', '/nothing', '/__proto__'])(
    'lacks what is not there: %s',
    (pointer) => {
      const answer = { a: 'text', list: ['x'], nothing: null };
      expect(readAnswer(answer, { it: { pointer, type: 'string' } })).toEqual({
        failed: { code: 'value-missing', variable: 'it' },
      });
    },
  );

  it.each([
    [{ a: 7 }, text],
    [{ a: { b: 1 } }, text],
    [{ a: 'x'.repeat(1001) }, text],
    [{ a: 'silver' }, listed],
    [{ a: 1.5 }, { pointer: '/a', type: 'integer' }],
    [{ a: '1' }, { pointer: '/a', type: 'number' }],
    [{ a: 1 }, { pointer: '/a', type: 'boolean' }],
  ] as [{ a: string }, SavedPlace][])('is refused whole when a value does not fit: %o', (answer, place) => {
    const save = { good: { pointer: '/a', type: 'string', enum: [unchecked(answer.a)] } as SavedPlace, it: place };
    expect(readAnswer(answer, save)).toMatchObject({ failed: { code: 'value-does-not-fit' } });
  });

  it.each(['mia@example.org', 'Owner: <MIA@example.org>', 'anybody@else.example', 'for mia miller'])(
    'brings nothing personal into a variable: %s',
    (a) => {
      expect(readAnswer({ a }, { it: text }, ['mia@example.org', 'Mia Miller'])).toEqual({
        failed: { code: 'value-personal', variable: 'it' },
      });
    },
  );

  it('may be any of the values that the flow itself names', () => {
    expect(readAnswer({ a: 'mia@example.org' }, { it: listed }, ['mia@example.org'])).toHaveProperty('saved');
  });
});
