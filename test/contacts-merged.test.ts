import { survivorAmong, type ContactLink } from '../store/contacts/links';
import { blankPart, type ContactPart } from '../store/contacts/parts';
import { wholeContact } from '../store/contacts/whole';

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
const part = (id: string, more: Partial<ContactPart> = {}): ContactPart => ({
  ...blankPart(id, `${id}@x.test`, { by: 'l', now: day(1) }),
  ...more,
});
const links = (...pairs: [string, string][]): Map<string, ContactLink> =>
  new Map(
    pairs.map(([_id, to]) => [_id, { _id, to, address: `${_id}@x.test`, kind: 'merge', by: 'ann', at: day(2), v: 1 }]),
  );

test.each([
  ['nowhere', [], 'a', 'a'],
  ['to another', [['a', 'b']], 'a', 'b'],
  [
    'over another to a third',
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
    'a',
    'c',
  ],
  [
    'two into each other, asked for the one',
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    'a',
    'a',
  ],
  [
    'two into each other, asked for the other',
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    'b',
    'a',
  ],
  [
    'into two that lead to each other',
    [
      ['c', 'b'],
      ['a', 'b'],
      ['b', 'a'],
    ],
    'c',
    'a',
  ],
] as [string, [string, string][], string, string][])('a contact leads %s', (_what, pairs, from, to) => {
  expect(survivorAmong(links(...pairs), from)).toBe(to);
});

test('the name is what the newest mail writes until somebody edits it', () => {
  const written = part('a', { lastName: 'Bo', writtenName: 'Bo Customer' });
  expect(wholeContact(written, [])).toMatchObject({ firstName: '', lastName: 'Bo Customer' });
  const edited = part('a', { lastName: '', writtenName: 'Bo Customer', editedAt: { name: day(2) } });
  expect(wholeContact(edited, [])).toMatchObject({ firstName: '', lastName: '' });
});

test('what is merged fills what is empty and adds what can be added', () => {
  const survivor = part('a', { lastName: 'Bo', tags: ['vip'], notes: 'Likes tea.', custom: { tier: 'gold' } });
  const merged = part('b', {
    lastName: 'Robert',
    owner: 'ann',
    tags: ['vip', 'old'],
    notes: 'Speaks German.',
    custom: { tier: 'silver', since: 2020 },
    enquiries: ['e-1'],
  });
  expect(wholeContact(survivor, [{ part: merged, at: day(3) }])).toMatchObject({
    _id: 'a',
    addresses: ['a@x.test', 'b@x.test'],
    lastName: 'Bo',
    owner: 'ann',
    tags: ['vip', 'old'],
    notes: 'Likes tea.\n\nSpeaks German.',
    custom: { tier: 'gold', since: 2020 },
    enquiries: ['e-1'],
  });
});

test('what somebody edits after the merge holds alone', () => {
  const survivor = part('a', { tags: [], editedAt: { tags: day(4) } });
  const merged = part('b', { tags: ['old'], owner: 'ann' });
  expect(wholeContact(survivor, [{ part: merged, at: day(3) }])).toMatchObject({ tags: [], owner: 'ann' });
});
